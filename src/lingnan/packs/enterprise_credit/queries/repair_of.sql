-- One row is one penalty by the rules of the day.
select t.document_no, t.severity, t.edition, t.decided_on, t.earliest_application, t.automatic_end, t.applied_on, t.repaired_on, t.standing
from repair_window as t
where t.uscc = :uscc
order by t.decided_on desc, t.document_no
