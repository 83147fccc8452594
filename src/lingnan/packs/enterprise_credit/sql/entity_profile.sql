-- One row is one legal entity on the register: who it is, and how many facts of each sort hold today.
select e.uscc, e.name as entity, e.county as division, e.industry, e.status, e.founded_on, e.closed_on, e.tax_grade,
  coalesce(n.penalties, 0) as penalties, coalesce(n.disputed, 0) as disputed, coalesce(l.watch, 0) as watch, coalesce(l.black, 0) as black,
  coalesce(l.red, 0) as red, coalesce(c.licences, 0) as licences
from stg_entity as e
left join (
  select p.uscc, count(*) as penalties, count(*) filter (where p.disputed) as disputed from notice as p group by p.uscc
) as n on n.uscc = e.uscc
left join (
  select t.uscc, count(*) filter (where t.colour = 'watch') as watch, count(*) filter (where t.colour = 'black') as black,
    count(*) filter (where t.colour = 'red') as red
  from listed_now as t
  group by t.uscc
) as l on l.uscc = e.uscc
left join (
  select f.uscc, count(*) as licences
  from credit_fact as f
  where f.kind = :licence and f.decided_on <= :as_of and (f.expires_on is null or f.expires_on > :as_of)
  group by f.uscc
) as c on c.uscc = e.uscc
