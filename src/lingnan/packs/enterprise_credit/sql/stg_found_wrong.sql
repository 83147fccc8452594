-- One row is one document that an objection was found right about, with the last day on which it was.
select a.uscc, a.document_no, max(a.decided_on) as decided_on
from stg_asked as a
where a.flow = 'enterprise_credit-objection' and a.outcome = 'granted'
group by a.uscc, a.document_no
