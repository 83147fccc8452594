-- One row is one document of an entity against which an objection is open on the day.
select o.uscc, o.document_no, min(o.raised_on) as raised_on
from (
  select c.uscc, c.document_no, c.raised_on, c.answered_on from fagai.credit_objection as c
  union all
  select a.uscc, a.document_no, a.opened_on as raised_on, a.decided_on as answered_on from stg_asked as a where a.flow = 'enterprise_credit-objection'
) as o
where o.raised_on <= :as_of and (o.answered_on is null or o.answered_on > :as_of)
group by o.uscc, o.document_no
