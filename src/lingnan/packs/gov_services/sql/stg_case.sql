-- One row is one case with its days and the city it was accepted in.
select
  c.case_no, c.item_code, c.applicant_kind, c.applicant_number, substr(c.division, 1, 4) || '00' as city, c.channel,
  c.accepted_at, cast(c.accepted_at as date) as accepted_on, c.due_on, cast(c.finished_at as date) as finished_on, c.outcome
from zhengwu.service_case as c
