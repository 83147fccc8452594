-- One row is one day.
select d.city, d.day, d.aqi, d.air_class, d.primary_pollutants, d.edition
from air_day as d
where d.level = 'city' and d.in_force and d.city = :city and starts_with(cast(d.day as varchar), :month)
order by d.day
