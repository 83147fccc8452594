-- One row is one penalty of the enterprise that asks.
select t.document_no, t.content, t.authority, t.severity, t.decided_on, t.earliest_application, t.automatic_end, t.repaired_on, t.disputed, t.standing
from repair_window as t
order by t.decided_on desc, t.document_no
