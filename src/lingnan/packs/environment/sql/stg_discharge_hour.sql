-- One row is one hourly mean of one item at one outlet, with what precedes and follows it in runs of equal values.
with every as (
    select d.outlet_no, d.day, d.hour, d.item, d.value, d.flow, d.oxygen, d.temperature, d.minutes, d.flag from shengtai.discharge_hour as d
    union all
    select m.outlet_no, m.day, m.hour, m.item, m.value, m.flow, m.oxygen, m.temperature, m.minutes, m.flag
    from stg_monitor_hour as m
    left join shengtai.discharge_hour as d on d.outlet_no = m.outlet_no and d.day = m.day and d.hour = m.hour and d.item = m.item
    where d.outlet_no is null
), lined as (
    select
        d.outlet_no, d.day, d.hour, d.item, d.value, d.flow, d.oxygen, d.temperature, d.minutes, coalesce(d.flag, 'N') as flag,
        lag(d.value) over (partition by d.outlet_no, d.item order by d.day, d.hour) as before
    from every as d
), parted as (
    select
        l.outlet_no, l.day, l.hour, l.item, l.value, l.flow, l.oxygen, l.temperature, l.minutes, l.flag,
        sum(case when l.value = l.before then 0 else 1 end)
            over (partition by l.outlet_no, l.item order by l.day, l.hour rows between unbounded preceding and current row) as run
    from lined as l
)
select
    p.outlet_no, p.day, p.hour, p.item, cast(p.value as double) as value, cast(p.flow as double) as flow, p.oxygen, p.temperature, p.minutes, p.flag,
    count(p.value) over (partition by p.outlet_no, p.item, p.run) as equal_hours
from parted as p
