-- One row is the hourly index of a station in one of the newest hours under one edition.
with items as (
    select i.place as station_no, i.city, i.day, i.hour, i.edition, i.metric, i.pollutant, n.label, i.item_index
    from stg_air_index as i
    join parameters.air_pollutants as n on n.pollutant = i.pollutant
    where i.span = 'hour'
), hours as (
    select i.station_no, i.city, i.day, i.hour, i.edition, max(i.item_index) as aqi, count(i.item_index) as metrics
    from items as i
    group by i.station_no, i.city, i.day, i.hour, i.edition
), wanted as (
    select m.edition, count(*) as metrics from parameters.air_hour_metrics as m group by m.edition
), named as (
    select i.station_no, i.day, i.hour, i.edition, string_agg(i.label, '、' order by i.pollutant) as primary_pollutants
    from items as i
    join hours as h on h.station_no = i.station_no and h.day = i.day and h.hour = i.hour and h.edition = i.edition
    join parameters.air_reporting as r on r.edition = i.edition
    where i.item_index = h.aqi and h.aqi > r.primary_above
    group by i.station_no, i.day, i.hour, i.edition
), told as (
    select
        h.station_no, h.city, h.day, h.hour, h.edition, h.day between r.valid_from and r.valid_to as in_force, h.metrics = w.metrics as complete,
        case when h.metrics = w.metrics or h.aqi > r.lacking_above then h.aqi end as aqi
    from hours as h
    join wanted as w on w.edition = h.edition
    join parameters.air_reporting as r on r.edition = h.edition
)
select
    t.station_no, t.city, t.day, t.hour, cast(t.day as varchar) || ' ' || right('0' || cast(t.hour as varchar), 2) as moment, t.edition, t.in_force,
    t.aqi, c.class_no, coalesce(c.air_class, 'lacking') as air_class,
    case when t.aqi is not null then n.primary_pollutants end as primary_pollutants, t.complete
from told as t
left join named as n on n.station_no = t.station_no and n.day = t.day and n.hour = t.hour and n.edition = t.edition
left join parameters.air_classes as c on c.edition = t.edition and t.aqi > c.above and t.aqi <= c.upto
