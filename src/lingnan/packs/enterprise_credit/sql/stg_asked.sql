-- One row is one case of repair or objection that an enterprise began about a document of its own, under way or ended.
select d.case_no, d.flow, d.credit_code as uscc, f.value as document_no, d.opened_on, d.decided_on, d.outcome
from casework.decided as d
join casework.decided_field as f on f.case_no = d.case_no and f.field = 'document_no'
where d.flow in ('enterprise_credit-repair', 'enterprise_credit-objection') and d.credit_code is not null
union all
select p.case_no, p.flow, p.credit_code as uscc, f.value as document_no, p.opened_on, cast(null as date) as decided_on, cast(null as varchar) as outcome
from casework.pending as p
join casework.pending_field as f on f.case_no = p.case_no and f.field = 'document_no'
where p.flow in ('enterprise_credit-repair', 'enterprise_credit-objection') and p.credit_code is not null
