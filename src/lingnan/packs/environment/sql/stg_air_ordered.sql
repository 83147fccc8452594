-- One row is one valid daily metric in its month or its year, numbered from the lowest.
with spread as (
    select v.level, v.place, v.city, 'month' as kind, cast(date_trunc('month', v.day) as date) as period, v.day, v.metric, v.pollutant, v.kept, v.steps
    from air_value as v
    where v.enough
    union all
    select v.level, v.place, v.city, 'year' as kind, cast(date_trunc('year', v.day) as date) as period, v.day, v.metric, v.pollutant, v.kept, v.steps
    from air_value as v
    where v.enough
)
select
    s.level, s.place, s.city, s.kind, s.period, s.day, s.metric, s.pollutant, s.kept, s.steps,
    row_number() over (partition by s.level, s.place, s.kind, s.period, s.metric order by s.steps, s.day) - 1 as at,
    count(*) over (partition by s.level, s.place, s.kind, s.period, s.metric) as days
from spread as s
