-- One row is one hour at one station that was not calm: where the wind came from, and the fine particles it brought.
select h.station_no, r.city, h.day, h.hour, h.wind_degrees, h.wind_speed, cast(r.value as double) as pm25
from shengtai.air_hour as h
join air_reading as r on r.station_no = h.station_no and r.day = h.day and r.hour = h.hour and r.pollutant = 'pm25' and r.valid
where h.wind_degrees is not null and h.wind_speed >= :calm
