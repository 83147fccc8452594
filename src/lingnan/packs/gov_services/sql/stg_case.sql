-- One row is one case with its days and the city and county it was accepted in: as the system of cases delivers it, else as the desk recorded it.
with told as (
  select
    s.case_no, s.item_code, s.applicant_kind, s.applicant_number, s.division, s.channel, s.accepted_at, s.due_on, s.finished_at, s.outcome
  from zhengwu.service_case as s
  union all
  select
    d.case_no, d.item_code, d.applicant_kind, d.applicant_number, d.division, d.channel, d.accepted_at, d.due_on, d.finished_at, d.outcome
  from zhengwu.desk_case as d
  left join zhengwu.service_case as s on s.case_no = d.case_no
  where s.case_no is null
)
select
  c.case_no, c.item_code, c.applicant_kind, c.applicant_number, substr(c.division, 1, 4) || '00' as city, c.division as county, c.channel,
  c.accepted_at, cast(c.accepted_at as date) as accepted_on, c.due_on, cast(c.finished_at as date) as finished_on, c.outcome
from told as c
