-- One row is one document of an entity against which an objection is open on the day.
select o.uscc, o.document_no, min(o.raised_on) as raised_on
from fagai.credit_objection as o
where o.raised_on <= :as_of and (o.answered_on is null or o.answered_on > :as_of)
group by o.uscc, o.document_no
