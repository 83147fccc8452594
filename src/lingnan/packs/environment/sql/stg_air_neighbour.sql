-- One row is one reported hourly mean with the two beside it and the length of the run of equal ones it stands in.
with lined as (
    select
        h.station_no, h.day, h.hour, h.pollutant, h.milli,
        lag(h.milli) over (partition by h.station_no, h.pollutant order by h.day, h.hour) as before,
        lead(h.milli) over (partition by h.station_no, h.pollutant order by h.day, h.hour) as after
    from stg_air_hour as h
    where h.milli is not null
), parted as (
    select
        l.station_no, l.day, l.hour, l.pollutant, l.milli, l.before, l.after,
        sum(case when l.milli = l.before then 0 else 1 end)
            over (partition by l.station_no, l.pollutant order by l.day, l.hour rows between unbounded preceding and current row) as run
    from lined as l
)
select
    p.station_no, p.day, p.hour, p.pollutant, p.milli, p.before, p.after,
    count(*) over (partition by p.station_no, p.pollutant, p.run) as equal_hours,
    median(abs(p.milli - p.before)) over (partition by p.station_no, p.pollutant, p.day) as usual_step
from parted as p
