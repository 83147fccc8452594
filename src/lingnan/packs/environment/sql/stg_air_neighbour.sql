-- One row is one hourly mean as delivered, with the two beside it, the length of the run of equal ones it stands in, and the usual step of its day.
with lined as (
    select
        h.station_no, h.day, h.hour, h.minutes, h.flag, h.pollutant, h.value, h.milli, h.inverted,
        lag(h.milli) over (partition by h.station_no, h.pollutant, h.milli is null order by h.day, h.hour) as before,
        lead(h.milli) over (partition by h.station_no, h.pollutant, h.milli is null order by h.day, h.hour) as after
    from stg_air_hour as h
), parted as (
    select
        l.station_no, l.day, l.hour, l.pollutant, l.milli,
        sum(case when l.milli = l.before then 0 else 1 end)
            over (partition by l.station_no, l.pollutant order by l.day, l.hour rows between unbounded preceding and current row) as run
    from lined as l
    where l.milli = l.before or l.milli = l.after
), runs as (
    select
        p.station_no, p.day, p.hour, p.pollutant,
        count(*) over (partition by p.station_no, p.pollutant, p.run) as equal_hours
    from parted as p
), steps as (
    select l.station_no, l.pollutant, l.day, median(abs(l.milli - l.before)) as usual_step
    from lined as l
    group by l.station_no, l.pollutant, l.day
)
select
    l.station_no, l.day, l.hour, l.minutes, l.flag, l.pollutant, l.value, l.milli, l.inverted, l.before, l.after,
    coalesce(r.equal_hours, 1) as equal_hours, s.usual_step
from lined as l
join steps as s on s.station_no = l.station_no and s.pollutant = l.pollutant and s.day = l.day
left join runs as r on r.station_no = l.station_no and r.pollutant = l.pollutant and r.day = l.day and r.hour = l.hour
