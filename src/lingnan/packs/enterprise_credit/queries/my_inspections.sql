-- One row is one inspection of the enterprise that asks.
select t.item, t.result, t.authority, t.inspected_on
from inspection as t
order by t.inspected_on desc, t.item
