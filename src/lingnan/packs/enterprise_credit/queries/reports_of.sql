-- One row is one year on which the entity owes a report.
select t.year, t.due_on, t.submitted_on, t.standing
from annual_report as t
where t.uscc = :uscc
order by t.year desc
