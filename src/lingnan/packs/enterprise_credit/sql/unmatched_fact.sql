-- One row is one source and reason for which its facts are no facts of a legal entity here, with their number.
select u.source_table as source, u.reason, count(*) as facts
from registers.credit_unlinked as u
group by u.source_table, u.reason
union all
select 'registers.credit' as source, case when e.uscc is null then 'not_on_register' else 'natural_person' end as reason, count(*) as facts
from registers.credit as f
left join registers.entities as e on e.uscc = f.uscc
where e.uscc is null or e.kind in (select x.kind from parameters.natural_kinds as x)
group by case when e.uscc is null then 'not_on_register' else 'natural_person' end
union all
select 'fagai.publicity_record' as source, 'no_such_fact' as reason, count(*) as facts
from stg_shown as s
left join registers.credit as f on f.uscc = s.uscc and f.document_no = s.document_no and f.kind = s.document_kind
where f.entry_id is null
having count(*) > 0
union all
select 'registers.credit' as source, 'found_wrong' as reason, count(*) as facts
from registers.credit as f
join stg_found_wrong as w on w.uscc = f.uscc and w.document_no = f.document_no and (f.known_from is null or cast(f.known_from as date) <= w.decided_on)
having count(*) > 0
