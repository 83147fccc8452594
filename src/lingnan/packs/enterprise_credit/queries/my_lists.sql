-- One row is one list on which the enterprise that asks stands today.
select t.list, t.document_no, t.authority, t.law, t.listed_from, t.listed_to
from listed_now as t
order by t.listed_from desc, t.document_no, t.list
