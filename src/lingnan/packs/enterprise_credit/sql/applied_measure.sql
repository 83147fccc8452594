-- One row is one stretch of days on which a measure of the catalogue applies to an entity, because of one list entry or shown penalty.
with ground as (
  select 'list' as base_kind, l.list as base, l.base as ground, l.uscc, l.document_no, l.authority, l.listed_from as begins, l.listed_to as ends,
    l.known_from, l.known_to
  from list_entry as l
  union all
  select 'penalty' as base_kind, p.severity as base, p.fact as ground, p.uscc, p.document_no, f.authority, p.visible_from as begins,
    p.visible_to as ends, p.known_from, p.known_to
  from publicity as p
  join credit_fact as f on f.fact = p.fact
), applied as (
  select m.measure, g.ground, g.base_kind, g.base, g.uscc, g.document_no, g.authority, m.effect, m.title_zh, m.title_en, m.law, m.proofed,
    greatest(g.begins, m.valid_from) as applies_from, least(g.ends, m.valid_to) as applies_to, g.known_from, g.known_to
  from ground as g
  join parameters.measure_catalogue as m on m.base_kind = g.base_kind and m.base = g.base and trim(m.law) <> ''
)
select a.measure, a.ground, a.applies_from, a.known_from, a.known_to, a.uscc, e.name as entity, substr(e.division, 1, 6) as division, a.effect,
  a.title_zh, a.title_en, a.base_kind, a.base, a.document_no, a.authority, a.law, a.proofed, a.applies_to
from applied as a
join registers.entities as e on e.uscc = a.uscc
where a.applies_from <= a.applies_to
