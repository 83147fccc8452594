-- One row is one factor of the number that was chosen: what it gave on average, its share, and the known source that it is most like.
with amounts as (
    select a.factor, count(*) as samples, sum(cast(a.amount as decimal(24, 12))) as amount from int_air_factor_amount as a group by a.factor
), whole as (
    select sum(a.amount) as amount from amounts as a
)
select
    a.factor, s.source, s.likeness, coalesce(s.named, false) as named, a.samples, cast(a.amount as double) / a.samples as amount,
    case when w.amount > 0 then cast(a.amount as double) / cast(w.amount as double) end as share
from amounts as a
cross join whole as w
left join stg_air_factor_source as s on s.factor = a.factor
