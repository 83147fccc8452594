-- One row is one of sixteen directions of the wind in a city: how many hours it blew from there, and how often fine particles were high then.
with ranked as (
    select
        w.city, w.wind_degrees, w.pm25, row_number() over (partition by w.city order by w.pm25, w.station_no, w.day, w.hour) as at,
        count(*) over (partition by w.city) as hours
    from air_wind as w
    where w.pm25 is not null
)
select
    r.city, s.sector_no, s.sector, count(*) as hours,
    sum(case when r.at * q.of > r.hours * q.share then 1 else 0 end) as high_hours,
    cast(sum(case when r.at * q.of > r.hours * q.share then 1 else 0 end) as double) / count(*) as probability, avg(r.pm25) as pm25
from ranked as r
join parameters.wind_sectors as s on r.wind_degrees >= s.low and r.wind_degrees < s.high
cross join parameters.high_quarter as q
group by r.city, s.sector_no, s.sector
