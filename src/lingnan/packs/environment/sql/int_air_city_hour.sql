-- One row is the mean of the valid stations of a city in one hour, of fine particles or ozone.
select r.city, r.day, r.hour, r.pollutant, cast(sum(r.milli) as double) / (count(*) * :thousandths) as value
from air_reading as r
join shengtai.air_station as s on s.station_no = r.station_no and s.controlled
where r.valid and r.pollutant in ('pm25', 'o3')
group by r.city, r.day, r.hour, r.pollutant
