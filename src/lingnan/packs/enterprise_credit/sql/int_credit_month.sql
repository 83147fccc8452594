-- One row is one county, branch of industry and month: entities, and what happened to them.
with happened as (
  select e.county, e.industry, m.month, 'entities' as what, count(*) as number
  from stg_entity as e
  join int_month as m on e.founded_on <= m.last_day and (e.closed_on is null or e.closed_on > m.last_day)
  group by e.county, e.industry, m.month
  union all
  select e.county, e.industry, m.month, 'on_list' as what, count(distinct l.uscc) as number
  from list_entry as l
  join stg_entity as e on e.uscc = l.uscc
  join int_month as m on m.last_day between l.listed_from and l.listed_to
  where l.colour <> 'red' and :as_of between l.known_from and l.known_to
  group by e.county, e.industry, m.month
  union all
  select e.county, e.industry, cast(date_trunc('month', h.day) as date) as month, h.what, count(*) as number
  from (
    select f.uscc, f.decided_on as day, 'penalties' as what from credit_fact as f where f.kind = :penalty
    union all
    select p.uscc, p.repaired_on, 'repaired' from repair_window as p where p.standing = 'repaired'
    union all
    select d.uscc, d.decided_on, d.standing from double_publicity as d where d.standing in ('timely', 'late')
    union all
    select l.uscc, l.listed_from, 'listed' from list_entry as l where l.colour <> 'red' and :as_of between l.known_from and l.known_to
    union all
    select l.uscc, cast(l.listed_to + interval 1 day as date), 'delisted'
    from list_entry as l
    where l.colour <> 'red' and l.listed_to < :as_of and :as_of between l.known_from and l.known_to
  ) as h
  join stg_entity as e on e.uscc = h.uscc
  group by e.county, e.industry, date_trunc('month', h.day), h.what
)
select h.county, h.industry, h.month, coalesce(sum(h.number) filter (where h.what = 'entities'), 0) as entities,
  coalesce(sum(h.number) filter (where h.what = 'on_list'), 0) as on_list, coalesce(sum(h.number) filter (where h.what = 'penalties'), 0) as penalties,
  coalesce(sum(h.number) filter (where h.what = 'repaired'), 0) as repaired, coalesce(sum(h.number) filter (where h.what = 'timely'), 0) as timely,
  coalesce(sum(h.number) filter (where h.what = 'late'), 0) as late, coalesce(sum(h.number) filter (where h.what = 'listed'), 0) as listed,
  coalesce(sum(h.number) filter (where h.what = 'delisted'), 0) as delisted
from happened as h
where h.county is not null
group by h.county, h.industry, h.month
