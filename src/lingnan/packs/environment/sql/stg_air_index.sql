-- One row is one concentration of a day or an hour under one edition of the standard: its individual index, rounded up to a whole number.
with held as (
    select 'day' as span, a.level, a.place, a.city, a.day, 0 as hour, m.edition, a.metric, a.pollutant, a.value, a.steps, a.kept
    from air_value as a
    join parameters.air_metrics as m on m.metric = a.metric
    where a.enough
    union all
    select 'hour' as span, 'station' as level, h.station_no as place, h.city, h.day, h.hour, h.edition, h.metric, h.pollutant, null as value, h.steps, h.kept
    from int_air_hour as h
)
select
    v.span, v.level, v.place, v.city, v.day, v.hour, v.edition, v.metric, v.pollutant, v.value,
    b.index_low + coalesce(
        ((b.index_high - b.index_low) * (v.steps - b.low * v.kept) + (b.high - b.low) * v.kept - 1) // ((b.high - b.low) * v.kept), 0
    ) as item_index
from held as v
left join parameters.air_breakpoints as b on b.edition = v.edition and b.metric = v.metric
    and (v.steps > b.low * v.kept or b.index_low = 0) and (v.steps <= b.high * v.kept or b.high is null)
