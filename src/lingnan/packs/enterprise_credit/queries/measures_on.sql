-- One row is one measure that applies on the day, with the decision and the law behind it.
select a.effect, a.measure, a.title_zh, a.title_en, a.base_kind, a.base, a.document_no, a.authority, a.law, a.proofed, a.applies_from, a.applies_to
from applied_measure as a
where a.uscc = :uscc and :day between a.applies_from and a.applies_to and :known_on between a.known_from and a.known_to
order by a.effect, a.measure, a.document_no, a.applies_from
