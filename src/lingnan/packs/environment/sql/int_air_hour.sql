-- One row is the concentration of one metric at one station in one of the newest hours under one edition, in steps of its last place.
with newest as (
    select max(r.day) as day from air_reading as r
), recent as (
    select
        r.station_no, r.city, r.day, r.hour, r.pollutant, r.milli, date_diff('day', n.day, r.day) * :hours_a_day + r.hour as hour_no,
        date_diff('day', r.day, n.day) < :recent_days as shown
    from air_reading as r
    cross join newest as n
    where date_diff('day', r.day, n.day) <= :recent_days and r.valid
), summed as (
    select
        a.station_no, a.city, a.day, a.hour, m.edition, m.metric, m.pollutant, p.kept, sum(b.milli) as total, count(*) * p.milli as of
    from recent as a
    join parameters.air_hour_metrics as m on m.pollutant = a.pollutant
    join parameters.air_pollutants as p on p.pollutant = a.pollutant
    join recent as b on b.station_no = a.station_no and b.pollutant = a.pollutant and b.hour_no <= a.hour_no and b.hour_no > a.hour_no - m.span
    where a.shown
    group by a.station_no, a.city, a.day, a.hour, m.edition, m.metric, m.pollutant, m.least, p.kept, p.milli
    having count(*) >= m.least
)
select
    s.station_no, s.city, s.day, s.hour, s.edition, s.metric, s.pollutant, s.kept,
    s.total // s.of + case
        when s.total % s.of + s.total % s.of > s.of or (s.total % s.of + s.total % s.of = s.of and (s.total // s.of) % :even = 1) then 1 else 0
    end as steps
from summed as s
