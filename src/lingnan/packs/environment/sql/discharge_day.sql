-- One row is one item of one outlet on a day: its mean (of water weighed by flow), its mass, how many hours were valid, whether it exceeds.
with days as (
    select d.day from discharge_reading as d group by d.day
), monitored as (
    select d.outlet_no, d.item, min(d.day) as first_day, max(d.day) as last_day from discharge_reading as d group by d.outlet_no, d.item
), summed as (
    select
        d.outlet_no, d.day, d.item, count(*) as told, sum(case when d.verdict = 'stopped' then 1 else 0 end) as stopped,
        sum(case when d.verdict = 'valid' then 1 else 0 end) as valid,
        sum(case when d.verdict = 'valid' then cast(d.converted * d.flow as decimal(24, 6)) end) as weighed,
        sum(case when d.verdict = 'valid' then cast(d.converted as decimal(24, 6)) end) as plain,
        sum(case when d.verdict = 'valid' and d.converted is not null then cast(d.flow as decimal(24, 6)) end) as flow,
        sum(case when d.verdict = 'valid' then cast(d.value * d.flow as decimal(24, 6)) end) as carried,
        sum(case when d.verdict = 'valid' then cast(d.temperature as decimal(24, 6)) end) as warmth,
        count(case when d.verdict = 'valid' then d.temperature end) as warmth_told
    from discharge_reading as d
    group by d.outlet_no, d.day, d.item
), meant as (
    select
        m.outlet_no, o.name, o.firm, o.credit_code, o.city, o.kind, a.day, m.item, coalesce(s.told, 0) as told,
        :hours_a_day - coalesce(s.stopped, 0) as due, coalesce(s.valid, 0) as valid, k.day_hours, k.missing_hours,
        case
            when o.kind = 'water' and m.item <> 'ph' and s.flow > 0 then round(cast(s.weighed as double) / cast(s.flow as double), 6)
            when s.valid > 0 then round(cast(s.plain as double) / s.valid, 6)
        end as mean,
        case when m.item <> 'ph' then round(cast(s.carried as double) * k.kilograms, 6) end as mass, l.low, case when s.warmth < :cold_water * s.warmth_told then l.cold_high else l.high end as high
    from monitored as m
    join days as a on a.day between m.first_day and m.last_day
    join shengtai.outlet as o on o.outlet_no = m.outlet_no
    join parameters.discharge_kinds as k on k.kind = o.kind
    left join summed as s on s.outlet_no = m.outlet_no and s.day = a.day and s.item = m.item
    left join stg_discharge_limit as l on l.outlet_no = m.outlet_no and l.item = m.item
)
select
    m.outlet_no, m.name, m.firm, m.credit_code, m.city, m.kind, m.day, m.item, m.mean, m.mass, m.low, m.high, m.valid as valid_hours, m.due as due_hours,
    m.valid >= least(m.day_hours, m.due) and m.valid > 0 as enough,
    case when m.due > 0 then cast(m.valid as double) / m.due end as valid_rate,
    :hours_a_day - m.told >= m.missing_hours as silent,
    m.valid >= least(m.day_hours, m.due) and m.valid > 0 and coalesce(m.mean > m.high or m.mean < m.low, false) as exceeds,
    case when m.mean > m.high then round((m.mean - m.high) / m.high, 2) end as exceeds_times
from meant as m
