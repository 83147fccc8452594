-- One row is one factor in one city: what it gave on average, beside what the mass balance gives the source that it is most like.
with amounts as (
    select a.city, a.factor, count(*) as samples, sum(cast(a.amount as decimal(24, 12))) as amount
    from int_air_factor_amount as a
    group by a.city, a.factor
), cities as (
    select a.city, sum(a.amount) as amount from amounts as a group by a.city
)
select
    a.city, a.factor, s.source, s.likeness, coalesce(s.named, false) as named, a.samples, cast(a.amount as double) / a.samples as amount,
    case when c.amount > 0 then cast(a.amount as double) / cast(c.amount as double) end as share, b.amount as balanced
from amounts as a
join cities as c on c.city = a.city
left join stg_air_factor_source as s on s.factor = a.factor
left join air_source_city as b on b.city = a.city and b.source = case when s.named then s.source end
