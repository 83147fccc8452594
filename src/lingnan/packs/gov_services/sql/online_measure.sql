-- One row is one of the three rates or of the shares of the one number, beside the target that holds on the day.
with items as (
  select
    sum(i.items) as items, sum(i.wholly_online) as wholly_online, sum(i.at_most_once) as at_most_once, sum(i.no_visit) as no_visit
  from authority_rate as i
), cases as (
  select sum(s.cases) as cases, sum(s.online) as online, sum(s.closed_online) as closed_online from service_rate as s
), measured as (
  select 'wholly_online' as measure, '网上全流程办理率' as title, 'Share of items done wholly online' as title_en, i.wholly_online as hits, i.items as base
  from items as i
  union all
  select 'applied_online', '上网办理率', 'Share of cases applied for online', c.online, c.cases from cases as c
  union all
  select 'closed_online', '网上办结率', 'Share of cases closed online', c.closed_online, c.cases from cases as c
  union all
  select 'at_most_once', '最多跑一次事项比例', 'Share of items with at most one visit', i.at_most_once, i.items from items as i
  union all
  select 'no_visit', '零跑动事项比例', 'Share of items without a visit', i.no_visit, i.items from items as i
)
select
  m.measure, m.title, m.title_en, coalesce(m.hits, 0) as hits, coalesce(m.base, 0) as base, cast(:per_cent * m.hits as double) / nullif(m.base, 0) as share,
  t.target, cast(:per_cent * m.hits as double) / nullif(m.base, 0) >= t.target as met,
  case when cast(:per_cent * m.hits as double) / nullif(m.base, 0) >= t.target then '达到' when m.hits is not null then '未达到' end as standing
from measured as m
left join parameters.online_targets as t on t.measure = m.measure and t.valid_from <= :as_of and t.valid_to >= :as_of
