-- One row is one fact about a legal entity on the register with what makes a penalty grave; nothing found wrong, no individually owned businesses.
select f.entry_id as fact, f.uscc, e.name as entity, substr(e.division, 1, 6) as division, e.industry, f.kind, f.document_no, f.content, f.authority,
  f.decided_on, f.expires_on, coalesce(s.published_on, f.published_on) as published_on, f.published_to, p.kind as penalty_kind, p.fine,
  case when f.kind = :penalty then coalesce(p.severity, 'general') end as severity,
  case when f.kind = :penalty then coalesce(p.guarded, false) end as guarded,
  p.penalty_no is not null as has_details, cast(f.known_from as date) as known_on
from registers.credit as f
join registers.entities as e on e.uscc = f.uscc
left join stg_penalty as p on p.uscc = f.uscc and p.penalty_no = f.document_no and p.fact_kind = f.kind
left join stg_shown as s on s.uscc = f.uscc and s.document_no = f.document_no and s.document_kind = f.kind
left join stg_found_wrong as w on w.uscc = f.uscc and w.document_no = f.document_no
where (e.kind is null or e.kind not in (select x.kind from parameters.natural_kinds as x))
  and (w.decided_on is null or cast(f.known_from as date) > w.decided_on)
