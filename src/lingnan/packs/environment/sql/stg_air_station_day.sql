-- One row is one daily metric of a station, rounded to the places it is reported in (a half to the even digit), in steps of these places.
with fractions as (
    select m.station_no, m.city, m.day, m.metric, m.pollutant, m.total, m.hours, m.enough, 0 as windows from stg_air_mean as m
    union all
    select o.station_no, o.city, o.day, 'o3_8h' as metric, 'o3' as pollutant, o.total, o.hours, false as enough, 1 as windows from stg_air_ozone as o
), rounded as (
    select
        f.station_no, f.city, f.day, f.metric, f.pollutant, f.enough, f.windows, p.kept,
        f.total // (f.hours * p.milli) as whole, f.total % (f.hours * p.milli) as rest, f.hours * p.milli as of
    from fractions as f
    join parameters.air_pollutants as p on p.pollutant = f.pollutant
), stepped as (
    select
        r.station_no, r.city, r.day, r.metric, r.pollutant, r.enough, r.windows, r.kept,
        r.whole + case when r.rest + r.rest > r.of or (r.rest + r.rest = r.of and r.whole % :even = 1) then 1 else 0 end as steps
    from rounded as r
), highest as (
    select
        s.station_no, s.city, s.day, s.metric, s.pollutant, s.kept, max(s.steps) as steps, sum(s.windows) as windows,
        max(case when s.enough then 1 else 0 end) = 1 as enough
    from stepped as s
    group by s.station_no, s.city, s.day, s.metric, s.pollutant, s.kept
)
select
    h.station_no, h.city, h.day, h.metric, h.pollutant, h.kept, h.steps,
    h.enough or (h.windows > 0 and (h.windows >= c.windows or h.steps > c.unless_above)) as enough
from highest as h
join parameters.air_coverage as c on h.day between c.valid_from and c.valid_to
