-- One row is one implementing body in one city: its cases online, closed, overdue and with cards.
with counted as (
  select
    c.city, c.authority, count(*) as cases, sum(case when c.online then 1 else 0 end) as online, sum(case when c.closed then 1 else 0 end) as closed,
    sum(case when c.online and c.closed then 1 else 0 end) as closed_online, sum(case when c.overdue then 1 else 0 end) as overdue,
    sum(case when c.closed then 0 else 1 end) as running, sum(case when c.card = 'yellow' then 1 else 0 end) as yellow,
    sum(case when c.card = 'red' then 1 else 0 end) as red
  from int_case_state as c
  group by c.city, c.authority
)
select
  c.city, c.authority, c.cases, c.online, c.closed, c.closed_online, c.overdue, c.running, c.yellow, c.red,
  cast(100 * c.online as double) / c.cases as online_share, cast(100 * c.closed_online as double) / c.cases as closed_online_share,
  cast(100 * c.overdue as double) / c.cases as overdue_share
from counted as c
