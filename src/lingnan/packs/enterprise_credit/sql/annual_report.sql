-- One row is one entity and year on which it owes a report, of the years that anybody reported on: whether it came by the last day for it.
with told as (
  select r.uscc, r.year, min(r.submitted_on) as submitted_on from shichang.annual_report as r where r.submitted_on <= :as_of group by r.uscc, r.year
), asked as (
  select y.year, cast(concat(cast(y.year as varchar), '-12-31') as date) as last_day,
    cast(concat(cast(y.year + 1 as varchar), '-', :report_due) as date) as due_on
  from (select distinct r.year from shichang.annual_report as r) as y
  where y.year >= year(:as_of) - :report_years and y.year < year(:as_of)
), owed as (
  select e.uscc, cast(a.year as varchar) as year, e.name as entity, e.county as division, a.due_on, t.submitted_on,
    case when t.submitted_on <= a.due_on then 'timely' when t.submitted_on is not null then 'late' when :as_of <= a.due_on then 'pending'
      else 'missing' end as standing
  from stg_entity as e
  join asked as a on e.founded_on <= a.last_day and (e.closed_on is null or e.closed_on > a.due_on)
  left join told as t on t.uscc = e.uscc and t.year = a.year
)
select o.uscc, o.year, o.entity, o.division, o.due_on, o.submitted_on, o.standing
from owed as o
