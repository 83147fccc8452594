-- One row is one decision on an application for repair, recorded here or handed over by the repair system.
select r.repair_no, r.uscc, r.document_no, r.applied_on, r.decided_on, r.outcome = 'granted' as granted, r.recorded_on
from fagai.credit_repair as r
union all
select r.repair_no, r.uscc, r.document_no, r.applied_on, r.decided_on, r.outcome = '准予' as granted, r.recorded_on
from fagai.repair_record as r
