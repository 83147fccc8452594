-- One row is one of the three rates or of the shares of the one number, beside the target that holds on the day.
with items as (
  select
    sum(i.items) as items, sum(i.wholly_online) as wholly_online, sum(i.at_most_once) as at_most_once, sum(i.no_visit) as no_visit
  from authority_rate as i
), cases as (
  select sum(s.cases) as cases, sum(s.online) as online, sum(s.closed_online) as closed_online from service_rate as s
), measured as (
  select 'wholly_online' as measure, i.wholly_online as hits, i.items as base
  from items as i
  union all
  select 'applied_online', c.online, c.cases from cases as c
  union all
  select 'closed_online', c.closed_online, c.cases from cases as c
  union all
  select 'at_most_once', i.at_most_once, i.items from items as i
  union all
  select 'no_visit', i.no_visit, i.items from items as i
)
select
  m.measure, coalesce(m.hits, 0) as hits, coalesce(m.base, 0) as base, cast(100 * m.hits as double) / nullif(m.base, 0) as share,
  t.target, cast(100 * m.hits as double) / nullif(m.base, 0) >= t.target as met
from measured as m
left join parameters.online_targets as t on t.measure = m.measure and t.valid_from <= :as_of and t.valid_to >= :as_of
