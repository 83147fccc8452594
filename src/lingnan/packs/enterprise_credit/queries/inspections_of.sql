-- One row is one random inspection.
select t.item, t.result, t.authority, t.inspected_on
from inspection as t
where t.uscc = :uscc
order by t.inspected_on desc, t.item
