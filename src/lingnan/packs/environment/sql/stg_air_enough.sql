-- One row is one metric of a place in a month or a year, and whether enough of its days are valid.
with months as (
    select
        o.level, o.place, o.metric, o.period, o.days,
        o.days >= case when substr(cast(o.period as varchar), 6, 2) = '02' then v.february_days else v.month_days end as enough
    from stg_air_ordered as o
    join parameters.air_validity as v on o.period between v.valid_from and v.valid_to
    where o.kind = 'month' and o.at = 0
), years as (
    select
        m.level, m.place, m.metric, cast(date_trunc('year', m.period) as date) as period, sum(m.days) as days,
        sum(case when m.enough then 1 else 0 end) as months
    from months as m
    group by m.level, m.place, m.metric, cast(date_trunc('year', m.period) as date)
)
select m.level, m.place, 'month' as kind, m.period, m.metric, m.enough from months as m
union all
select y.level, y.place, 'year' as kind, y.period, y.metric, y.days >= v.year_days and y.months >= v.year_months as enough
from years as y
join parameters.air_validity as v on y.period between v.valid_from and v.valid_to
