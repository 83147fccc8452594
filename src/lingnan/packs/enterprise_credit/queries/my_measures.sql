-- One row is one measure that applies to the enterprise that asks.
select t.effect, t.measure, t.document_no, t.authority, t.law, t.proofed, t.applies_from, t.applies_to
from measure_now as t
order by t.effect, t.measure, t.document_no
