-- One row is one county: its cases online, closed, overdue and with cards.
select
  c.county, c.city, count(*) as cases, sum(case when c.online then 1 else 0 end) as online, sum(case when c.closed then 1 else 0 end) as closed,
  sum(case when c.overdue then 1 else 0 end) as overdue, sum(case when c.card = 'yellow' then 1 else 0 end) as yellow,
  sum(case when c.card = 'red' then 1 else 0 end) as red
from int_case_state as c
where c.county is not null and c.county <> c.city
group by c.county, c.city
