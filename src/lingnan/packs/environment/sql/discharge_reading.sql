-- One row is one hourly mean of one item at one outlet: as delivered, converted to the oxygen of its standard, checked and held to its limit.
with checked as (
    select
        h.outlet_no, o.city, o.kind, h.day, h.hour, h.item, h.value, h.flow, h.temperature,
        case
            when h.flag = 'F' then 'stopped'
            when h.flag <> 'N' then 'instrument'
            when h.value is null then 'missing'
            when h.value < 0 then 'range'
            when h.minutes < :discharge_minutes then 'short'
            when o.kind = 'gas' and o.oxygen_reference is not null and (h.oxygen is null or h.oxygen > :oxygen_most) then 'oxygen'
            when h.equal_hours >= k.stuck_hours then 'stuck'
            else 'valid'
        end as verdict,
        case
            when o.kind = 'gas' and o.oxygen_reference is not null and h.oxygen <= :oxygen_most then
                round(h.value * (:air_oxygen - o.oxygen_reference) / (:air_oxygen - h.oxygen), 6)
            when o.kind <> 'gas' or o.oxygen_reference is null then h.value
        end as converted
    from stg_discharge_hour as h
    join shengtai.outlet as o on o.outlet_no = h.outlet_no
    join parameters.discharge_kinds as k on k.kind = o.kind
), held as (
    select
        c.outlet_no, c.city, c.kind, c.day, c.hour, c.item, c.value, c.flow, c.temperature, c.verdict, c.converted, l.low,
        case when c.temperature < :cold_water then l.cold_high else l.high end as high
    from checked as c
    left join stg_discharge_limit as l on l.outlet_no = c.outlet_no and l.item = c.item
)
select
    h.outlet_no, h.city, h.kind, h.day, h.hour, h.item, h.value, h.flow, h.temperature, h.verdict, h.converted, h.low, h.high,
    h.verdict in ('valid', 'stuck') and coalesce(h.converted > h.high or h.converted < h.low, false) as exceeds,
    case when h.verdict in ('valid', 'stuck') and h.converted > h.high then round((h.converted - h.high) / h.high, 2) end as exceeds_times
from held as h
