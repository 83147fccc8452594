-- One row is one component of one factor: its share of the factor's mass with the band of drawn samples, and the part of the component that the
-- factor explains.
with chosen as (
    select f.factor, f.species, f.share, f.low, f.high, cast(f.share * f.amount as decimal(24, 12)) as held
    from int_air_factor as f
    where f.chosen and f.species <> 'pm25'
), whole as (
    select c.species, sum(c.held) as held from chosen as c group by c.species
)
select
    c.factor, s.source, c.species, c.share, c.low, c.high, case when w.held > 0 then cast(c.held as double) / cast(w.held as double) end as explains
from chosen as c
join whole as w on w.species = c.species
left join stg_air_factor_source as s on s.factor = c.factor
