-- One row is one stretch of days on which an entity stands on a list, because of one decision in force, as it was known between two days.
with told as (
  select l.*, l.ends_on as off_on, l.known_from as told_from,
    coalesce(cast(l.removal_known_on - interval 1 day as date), cast('9999-12-31' as date)) as told_to
  from int_listing as l
  union all
  select l.*, least(l.ends_on, l.removed_on) as off_on, greatest(l.known_from, l.removal_known_on) as told_from, cast('9999-12-31' as date) as told_to
  from int_listing as l
  where l.removed_on is not null
)
select t.base, t.list, t.told_from as known_from, t.told_to as known_to, t.colour, t.law, t.uscc, e.name as entity, substr(e.division, 1, 6) as division,
  t.document_no, t.authority, t.listed_from, cast(t.off_on - interval 1 day as date) as listed_to
from told as t
join registers.entities as e on e.uscc = t.uscc
where t.listed_from < t.off_on and t.told_from <= t.told_to
