-- One row is one daily metric of a station or of a city (the mean of its stations under national control), in the unit of its limit.
with points as (
    select s.city, count(*) as stations from shengtai.air_station as s where s.controlled group by s.city
), together as (
    select
        d.city, d.day, d.metric, d.pollutant, d.kept, sum(d.steps) as total, count(*) as stations,
        count(*) * c.of_stations >= p.stations * c.station_share as enough
    from stg_air_station_day as d
    join shengtai.air_station as s on s.station_no = d.station_no and s.controlled
    join points as p on p.city = d.city
    join parameters.air_coverage as c on d.day between c.valid_from and c.valid_to
    where d.enough
    group by d.city, d.day, d.metric, d.pollutant, d.kept, p.stations, c.of_stations, c.station_share
), every as (
    select 'station' as level, d.station_no as place, d.city, d.day, d.metric, d.pollutant, d.kept, d.steps, d.enough from stg_air_station_day as d
    union all
    select
        'city' as level, t.city as place, t.city, t.day, t.metric, t.pollutant, t.kept,
        t.total // t.stations + case
            when t.total % t.stations + t.total % t.stations > t.stations then 1
            when t.total % t.stations + t.total % t.stations = t.stations and (t.total // t.stations) % :even = 1 then 1
            else 0
        end as steps, t.enough
    from together as t
)
select e.level, e.place, e.city, e.day, e.metric, e.pollutant, e.steps / e.kept as value, e.enough, e.steps, e.kept
from every as e
