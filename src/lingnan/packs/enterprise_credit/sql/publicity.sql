-- One row is one stretch of days on which a penalty is shown, by one edition of the rules, as it was known between two days.
with stretch as (
  select f.fact, f.uscc, f.document_no, f.severity, y.edition, cast(f.decided_on + y.max_months * interval 1 month as date) as ends_on, y.valid_to,
    greatest(f.published_on, f.decided_on, y.valid_from) as visible_from, coalesce(f.known_on, f.published_on) as known_from, r.repaired_on,
    r.known_on as repair_known_on
  from credit_fact as f
  join parameters.publicity_periods as y on y.severity = f.severity and y.guarded = f.guarded
  left join int_repair as r on r.fact = f.fact
  where f.kind = :penalty and f.published_on is not null
), known as (
  select s.*, cast(null as date) as stopped_on, s.known_from as told_from,
    coalesce(cast(s.repair_known_on - interval 1 day as date), cast('9999-12-31' as date)) as told_to
  from stretch as s
  union all
  select s.*, s.repaired_on as stopped_on, greatest(s.known_from, s.repair_known_on) as told_from, cast('9999-12-31' as date) as told_to
  from stretch as s
  where s.repair_known_on is not null
), ended as (
  select k.*, least(k.valid_to, cast(k.ends_on - interval 1 day as date), coalesce(cast(k.stopped_on - interval 1 day as date), k.valid_to)) as visible_to
  from known as k
)
select e.fact, e.edition, e.told_from as known_from, e.told_to as known_to, e.uscc, e.document_no, e.severity, e.visible_from, e.visible_to,
  case when cast(e.visible_to + interval 1 day as date) = e.stopped_on then 'repaired'
    when cast(e.visible_to + interval 1 day as date) = e.ends_on then 'period_over'
    when e.visible_to < cast('9999-12-31' as date) then 'next_edition'
    else 'open' end as ends_by
from ended as e
where e.visible_from <= e.visible_to and e.told_from <= e.told_to
