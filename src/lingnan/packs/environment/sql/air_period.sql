-- One row is a month or a year of a place under one edition: composite index and rank among cities, good days, and whether a year attains.
with summed as (
    select
        s.level, s.place, s.city, s.kind, s.period, s.edition, count(*) as metrics,
        max(case when s.in_force then 1 else 0 end) = 1 as in_force, min(case when s.enough then 1 else 0 end) = 1 as enough,
        min(case when s.attained then 1 else 0 end) = 1 as attained, sum(s.part_index) as composite, max(s.part_index) as greatest
    from air_statistic as s
    group by s.level, s.place, s.city, s.kind, s.period, s.edition
), wanted as (
    select l.edition, count(*) as metrics from parameters.air_limits as l group by l.edition
), foremost as (
    select s.level, s.place, s.kind, s.period, s.edition, string_agg(n.label, '、' order by n.pollutant) as pollutants
    from air_statistic as s
    join summed as t on t.level = s.level and t.place = s.place and t.kind = s.kind and t.period = s.period and t.edition = s.edition
    join parameters.air_pollutants as n on n.pollutant = s.pollutant
    where s.part_index = t.greatest
    group by s.level, s.place, s.kind, s.period, s.edition
), judged as (
    select
        t.level, t.place, t.city, t.kind, t.period, t.edition, t.in_force, t.enough and t.metrics = w.metrics as enough,
        case when t.metrics = w.metrics then t.attained end as attained, case when t.metrics = w.metrics then round(t.composite, 2) end as composite
    from summed as t
    join wanted as w on w.edition = t.edition
)
select
    j.level, j.place, j.city, j.kind, j.period, j.edition, j.in_force, j.enough, case when j.kind = 'year' then j.attained end as attained, j.composite,
    case when j.level = 'city' and j.composite is not null then
        rank() over (partition by j.level, j.kind, j.period, j.edition order by j.composite)
    end as place_in_rank,
    d.pollutants as leading_pollutants, g.judged as days_judged, g.good as days_good,
    case when g.judged > 0 then cast(g.good as double) / g.judged end as good_share
from judged as j
join foremost as d on d.level = j.level and d.place = j.place and d.kind = j.kind and d.period = j.period and d.edition = j.edition
join parameters.air_editions as e on e.edition = j.edition
left join stg_air_good_days as g on g.level = j.level and g.place = j.place and g.kind = j.kind and g.period = j.period
    and g.edition = e.index_edition
