-- One row is one valid eight-hour mean of ozone at one station, as a fraction in thousandths.
select r.station_no, r.city, r.day, w.last_hour, sum(r.milli) as total, count(*) as hours
from air_reading as r
join parameters.ozone_windows as w on r.hour between w.first_hour and w.last_hour
join parameters.air_validity as v on r.day between v.valid_from and v.valid_to
where r.valid and r.pollutant = 'o3'
group by r.station_no, r.city, r.day, w.last_hour, v.window_hours
having count(*) >= v.window_hours
