-- One row is one year on which the enterprise that asks owes a report.
select t.year, t.due_on, t.submitted_on, t.standing
from annual_report as t
order by t.year desc
