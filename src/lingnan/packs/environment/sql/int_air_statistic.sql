-- One row is one metric of a place in a month or a year: its mean and its percentile, rounded to its last place, in steps of that place.
with weighed as (
    select
        o.level, o.place, o.city, o.kind, o.period, o.metric, o.pollutant, o.kept, o.days, p.of, max(o.day) as last_day, sum(o.steps) as total,
        sum(case
            when o.at = (o.days - 1) * p.share // p.of then o.steps * (p.of - (o.days - 1) * p.share % p.of)
            when o.at = (o.days - 1) * p.share // p.of + 1 then o.steps * ((o.days - 1) * p.share % p.of)
            else 0
        end) as weighed
    from stg_air_ordered as o
    join parameters.air_percentiles as p on p.metric = o.metric
    group by o.level, o.place, o.city, o.kind, o.period, o.metric, o.pollutant, o.kept, o.days, p.of
), split as (
    select
        w.level, w.place, w.city, w.kind, w.period, w.metric, w.pollutant, w.kept, w.days, w.last_day, w.of,
        w.total // w.days as mean_whole, w.total % w.days as mean_rest, w.weighed // w.of as high_whole, w.weighed % w.of as high_rest
    from weighed as w
)
select
    s.level, s.place, s.city, s.kind, s.period, s.metric, s.pollutant, s.kept, s.days, s.last_day, e.enough,
    s.mean_whole + case
        when s.mean_rest + s.mean_rest > s.days or (s.mean_rest + s.mean_rest = s.days and s.mean_whole % :even = 1) then 1 else 0
    end as mean_steps,
    s.high_whole + case
        when s.high_rest + s.high_rest > s.of or (s.high_rest + s.high_rest = s.of and s.high_whole % :even = 1) then 1 else 0
    end as high_steps
from split as s
join stg_air_enough as e on e.level = s.level and e.place = s.place and e.kind = s.kind and e.period = s.period and e.metric = s.metric
