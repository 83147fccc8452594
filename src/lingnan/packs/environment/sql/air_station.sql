-- One row is one air station on the register, with what it delivered and how much of it is valid.
with delivered as (
    select r.station_no, min(r.day) as first_day, max(r.day) as last_day, count(r.value) as readings, sum(case when r.valid then 1 else 0 end) as valid
    from air_reading as r
    group by r.station_no
)
select
    s.station_no, s.name, s.city, s.controlled, s.longitude, s.latitude, d.first_day, d.last_day, coalesce(d.readings, 0) as readings,
    case when d.readings > 0 then cast(d.valid as double) / d.readings end as valid_share
from shengtai.air_station as s
left join delivered as d on d.station_no = s.station_no
