-- One row is one source of the fine particles of a city: its mean amount and its share, over the samples that the balance explains.
with samples as (
    select s.city, s.source, count(*) as samples, sum(cast(s.amount as decimal(24, 12))) as amount, min(s.day) as first_day, max(s.day) as last_day
    from air_source as s
    where s.fits
    group by s.city, s.source
), cities as (
    select s.city, sum(s.amount) as amount from samples as s group by s.city
)
select
    s.city, s.source, s.samples, s.first_day, s.last_day, cast(s.amount as double) / s.samples as amount,
    case when c.amount > 0 then cast(s.amount as double) / cast(c.amount as double) end as share
from samples as s
join cities as c on c.city = s.city
