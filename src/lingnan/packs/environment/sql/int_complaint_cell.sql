-- One row is one cell of a city from which complaints of one kind came in the newest days: its place in the grid and their number.
with newest as (
    select max(c.received_on) as day from complaint as c
)
select
    c.city, c.category, cast(floor(c.longitude / :cell_degrees) as bigint) as cell_x, cast(floor(c.latitude / :cell_degrees) as bigint) as cell_y,
    count(*) as complaints
from complaint as c
cross join newest as n
where c.longitude is not null and c.latitude is not null and date_diff('day', c.received_on, n.day) <= :complaint_recent_days
group by c.city, c.category, cast(floor(c.longitude / :cell_degrees) as bigint), cast(floor(c.latitude / :cell_degrees) as bigint)
