-- One row is one licence or penalty: whether it was made public within the working days the rules allow.
with counted as (
  select f.fact, f.uscc, f.entity, f.division, f.kind, f.document_no, f.authority, f.decided_on, f.published_on, begun.ordinal + :publicity_limit as due,
    cast(ended.ordinal - begun.ordinal as bigint) as working_days, now.ordinal as today
  from credit_fact as f
  left join int_working_day as begun on begun.day = f.decided_on
  left join int_working_day as ended on ended.day = f.published_on
  left join int_working_day as now on now.day = :as_of
  where f.kind in (:licence, :penalty)
)
select c.fact, c.uscc, c.entity, c.division, c.kind, c.document_no, c.authority, c.decided_on, c.published_on, d.day as due_on, c.working_days,
  case when c.published_on < c.decided_on then 'impossible'
    when c.due is null or (c.published_on is not null and c.working_days is null) then 'unknown'
    when c.working_days <= :publicity_limit then 'timely'
    when c.working_days > :publicity_limit then 'late'
    when c.today <= c.due then 'pending'
    else 'untold' end as standing
from counted as c
left join int_working_day as d on d.ordinal = c.due and d.workday
