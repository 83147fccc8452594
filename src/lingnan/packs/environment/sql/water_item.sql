-- One row is one item of a section in a month: its mean, its class, and how far it exceeds the limit of the lowest good class.
with classed as (
    select m.section_no, m.month, m.item, min(l.class_no) as class_no
    from stg_water_month as m
    join parameters.water_limits as l on l.item = m.item and l.water = m.water
        and (l.low is null or m.total >= cast(l.low as decimal(18, 6)) * m.samples)
        and (l.high is null or m.total <= cast(l.high as decimal(18, 6)) * m.samples)
    group by m.section_no, m.month, m.item
), known as (
    select l.item, l.water, max(case when l.class_no = :good_class then l.high end) as good_limit
    from parameters.water_limits as l
    group by l.item, l.water
)
select
    m.section_no, m.month, m.item, cast(m.total as double) / m.samples as value, m.samples, i.judged,
    case when k.item is not null then coalesce(c.class_no, :worse_than_all) end as class_no, k.good_limit,
    case when i.multiplied and m.total > cast(k.good_limit as decimal(18, 6)) * m.samples then
        round((cast(m.total as double) / m.samples - k.good_limit) / k.good_limit, 2)
    end as exceeds_times
from stg_water_month as m
join parameters.water_items as i on i.item = m.item
left join known as k on k.item = m.item and k.water = m.water
left join classed as c on c.section_no = m.section_no and c.month = m.month and c.item = m.item
