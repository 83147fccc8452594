-- One row is one decision that puts an entity on a list and when it ended, recorded here or handed over by market regulation.
select d.decision_no, d.uscc, d.list, d.authority, d.decided_on, d.recorded_on, d.removed_on, d.removal_recorded_on
from shichang.list_decision as d
union all
select l.decision_no, l.uscc, w.code as list, l.authority, l.decided_on, l.recorded_on, l.removed_on, l.removal_recorded_on
from shichang.listing as l
join parameters.words as w on w.zh = l.list and w.kind = 'list' and l.decided_on between w.valid_from and w.valid_to
