-- One row is what the fine particles of a city would be if sources were cut so and all else stayed (linear roll-back): a scenario, no forecast.
with cities as (
    select s.city, cast(sum(cast(s.amount as decimal(24, 12))) as double) as amount from air_source_city as s group by s.city
), cuts as (
    select s.city, c.scenario, cast(sum(cast(s.amount * c.percent as decimal(24, 12))) as double) / 100 as less
    from air_source_city as s
    join parameters.cut_scenarios as c on c.source = s.source and :as_of between c.valid_from and c.valid_to
    group by s.city, c.scenario
)
select
    k.city, k.scenario, c.amount as now, k.less, c.amount - k.less as afterwards,
    cast(l.annual as double) as annual_limit, c.amount - k.less <= l.annual as within_limit
from cuts as k
join cities as c on c.city = k.city
join parameters.air_limits as l on l.metric = 'pm25_24h' and :as_of between l.valid_from and l.valid_to
