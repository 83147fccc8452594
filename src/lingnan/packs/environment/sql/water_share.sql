-- One row is a river, a basin or the province in a month: how its sections share among classes, and how many attain.
with spread as (
    select 'river' as scope, m.river as place, m.month, m.class_no, m.good, m.attained from water_month as m where m.river is not null
    union all
    select 'basin' as scope, m.basin as place, m.month, m.class_no, m.good, m.attained from water_month as m where m.basin is not null
    union all
    select 'province' as scope, 'all' as place, m.month, m.class_no, m.good, m.attained from water_month as m
)
select
    s.scope, s.place, s.month, count(*) as sections, sum(case when s.good then 1 else 0 end) as good_sections,
    cast(sum(case when s.good then 1 else 0 end) as double) / count(*) as good_share,
    cast(sum(case when s.class_no = :worse_than_all then 1 else 0 end) as double) / count(*) as worst_share,
    case when count(s.attained) > 0 then cast(sum(case when s.attained then 1 else 0 end) as double) / count(s.attained) end as attained_share
from spread as s
group by s.scope, s.place, s.month
