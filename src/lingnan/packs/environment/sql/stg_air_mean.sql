-- One row is one daily metric of a station as a fraction: the sum of its valid hourly means over their number, in thousandths.
select
    r.station_no, r.city, r.day, r.pollutant || '_24h' as metric, r.pollutant, sum(r.milli) as total, count(*) as hours,
    count(*) >= v.day_hours as enough
from air_reading as r
join parameters.air_validity as v on r.day between v.valid_from and v.valid_to
where r.valid and r.pollutant <> 'o3'
group by r.station_no, r.city, r.day, r.pollutant, v.day_hours
union all
select
    r.station_no, r.city, r.day, 'o3_1h' as metric, r.pollutant, max(r.milli) as total, 1 as hours,
    count(*) >= v.day_hours as enough
from air_reading as r
join parameters.air_validity as v on r.day between v.valid_from and v.valid_to
where r.valid and r.pollutant = 'o3'
group by r.station_no, r.city, r.day, r.pollutant, v.day_hours
