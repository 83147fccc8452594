-- One row is one hour of one item at one outlet by the packets of its monitor: the hourly report, else the mean of the minutes that are valid.
with told as (
    select
        r.mn, cast(cast(r.data_time as timestamp) as date) as day, extract(hour from cast(r.data_time as timestamp)) + 1 as hour, m.item, m.role,
        k.minutes as span, r.avg, r.cou, coalesce(r.flag, 'N') as flag
    from shengtai.monitor_report as r
    join parameters.monitor_items as m on m.code = r.item
    join parameters.monitor_commands as k on k.command = r.cn
), hours as (
    select
        t.mn, t.day, t.hour, t.item, t.role, t.span, round(avg(case when t.flag = 'N' then cast(t.avg as double) end), 6) as value,
        sum(t.cou) as total, sum(case when t.flag = 'N' then t.span else 0 end) as minutes, case when min(t.flag) = max(t.flag) then min(t.flag) end as flag,
        row_number() over (partition by t.mn, t.day, t.hour, t.item order by t.span desc) as at
    from told as t
    group by t.mn, t.day, t.hour, t.item, t.role, t.span
), best as (
    select h.mn, h.day, h.hour, h.item, h.role, h.value, h.total, h.minutes, coalesce(h.flag, 'N') as flag from hours as h where h.at = 1
), beside as (
    select
        b.mn, b.day, b.hour, max(case when b.role = 'flow' then b.total end) as flow, max(case when b.role = 'oxygen' then b.value end) as oxygen,
        max(case when b.role = 'temperature' then b.value end) as temperature
    from best as b
    group by b.mn, b.day, b.hour
)
select
    o.outlet_no, b.day, b.hour, b.item, cast(b.value as decimal(18, 6)) as value, cast(s.flow as decimal(18, 3)) as flow, s.oxygen, s.temperature,
    b.minutes, b.flag
from best as b
join beside as s on s.mn = b.mn and s.day = b.day and s.hour = b.hour
join shengtai.outlet as o on o.device_no = b.mn
where b.role = 'item'
