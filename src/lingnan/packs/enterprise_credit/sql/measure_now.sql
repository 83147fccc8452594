-- One row is one measure of the catalogue that applies to an entity today, as it is known today.
select a.measure, a.ground, a.applies_from, a.uscc, a.entity, a.division, a.effect, a.title_zh, a.title_en, a.base_kind, a.base, a.document_no,
  a.authority, a.law, a.proofed, case when year(a.applies_to) < :open_year then a.applies_to end as applies_to
from applied_measure as a
where :as_of between a.applies_from and a.applies_to and :as_of between a.known_from and a.known_to
