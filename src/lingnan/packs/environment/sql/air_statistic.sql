-- One row is one metric of a place in a month or a year held against the limits of one edition.
select
    s.level, s.place, s.city, s.kind, s.period, l.edition, s.last_day between l.valid_from and l.valid_to as in_force, s.metric, s.pollutant,
    s.days, s.enough, s.mean_steps / s.kept as mean, l.annual as mean_limit, s.high_steps / s.kept as percentile, l.daily as percentile_limit,
    case when s.mean_steps > l.annual * s.kept then round((s.mean_steps - l.annual * s.kept) / (l.annual * s.kept), 2) end as mean_over,
    case when s.high_steps > l.daily * s.kept then round((s.high_steps - l.daily * s.kept) / (l.daily * s.kept), 2) end as percentile_over,
    coalesce(s.mean_steps <= l.annual * s.kept, true) and s.high_steps <= l.daily * s.kept as attained,
    cast(
        case when l.annual is null then s.high_steps / (l.daily * s.kept) else s.mean_steps / (l.annual * s.kept) end as decimal(18, 9)
    ) as part_index
from int_air_statistic as s
join parameters.air_limits as l on l.metric = s.metric
