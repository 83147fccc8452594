-- One row is one penalty that is shown today.
select t.document_no, t.content, t.authority, t.decided_on, t.severity, t.earliest_application, t.automatic_end, t.disputed
from notice as t
where t.uscc = :uscc
order by t.decided_on desc, t.document_no
