-- One row is a city on a day whose index, by the edition in force, has been high long enough for a warning; the gravest grade counts.
with lined as (
    select
        d.place as city, d.day, d.aqi, w.line_no, w.grade, w.gravity, w.days, w.peak_above,
        date_diff('day', w.valid_from, d.day) - row_number() over (partition by d.place, w.line_no order by d.day) as run
    from air_day as d
    join parameters.air_warnings as w on d.aqi > w.above and d.day between w.valid_from and w.valid_to
    where d.level = 'city' and d.in_force
), lasting as (
    select
        l.city, l.day, l.aqi, l.grade, l.gravity, l.days, l.peak_above,
        row_number() over (partition by l.city, l.line_no, l.run order by l.day) as lasted,
        max(l.aqi) over (partition by l.city, l.line_no, l.run order by l.day rows between unbounded preceding and current row) as peak
    from lined as l
), graded as (
    select l.city, l.day, l.aqi, l.grade, l.gravity, l.lasted, max(l.gravity) over (partition by l.city, l.day) as gravest
    from lasting as l
    where l.lasted >= l.days and l.peak > l.peak_above
)
select g.city, g.day, g.aqi, g.grade, g.gravity, max(g.lasted) as lasted_days
from graded as g
where g.gravity = g.gravest
group by g.city, g.day, g.aqi, g.grade, g.gravity
