-- One row is one decision on an application for repair, made here in a case, recorded here, or handed over by the repair system.
select r.repair_no, r.uscc, r.document_no, r.applied_on, r.decided_on, r.outcome = 'granted' as granted, r.recorded_on
from fagai.credit_repair as r
union all
select r.repair_no, r.uscc, r.document_no, r.applied_on, r.decided_on, r.outcome = '准予' as granted, r.recorded_on
from fagai.repair_record as r
union all
select a.case_no as repair_no, a.uscc, a.document_no, a.opened_on as applied_on, a.decided_on, a.outcome = 'granted' as granted,
  a.decided_on as recorded_on
from stg_asked as a
where a.flow = 'enterprise_credit-repair' and a.decided_on is not null
