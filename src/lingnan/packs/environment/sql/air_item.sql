-- One row is the individual index of one daily metric of a place under one edition of the standard, rounded up to a whole number.
select
    a.level, a.place, a.city, a.day, m.edition, a.metric, a.pollutant, a.value,
    b.index_low + coalesce(
        ((b.index_high - b.index_low) * (a.steps - b.low * a.kept) + (b.high - b.low) * a.kept - 1) // ((b.high - b.low) * a.kept), 0
    ) as item_index
from air_value as a
join parameters.air_metrics as m on m.metric = a.metric
left join parameters.air_breakpoints as b on b.edition = m.edition and b.metric = a.metric
    and (a.steps > b.low * a.kept or b.index_low = 0) and (a.steps <= b.high * a.kept or b.high is null)
where a.enough
