-- One row is one item that an applicant may need next, for them alone, from their own papers and cases; none for who switched hints off.
with choices as (
  select
    o.applicant_kind, o.applicant_number, o.hints,
    row_number() over (partition by o.applicant_kind, o.applicant_number order by o.chosen_on desc, o.hints) as turn
  from zhengwu.hint_choice as o
), done as (
  select
    c.applicant_kind, c.applicant_number, c.item_code, max(c.accepted_on) as last_on,
    max(case when c.finished_on is null then 1 else 0 end) as open_cases
  from stg_case as c
  where c.applicant_number is not null
  group by c.applicant_kind, c.applicant_number, c.item_code
), fit as (
  select
    r.applicant_kind, r.applicant_number, r.item_code, i.item_name, i.authority, r.reason, r.because, r.due_on, r.chance, p.place,
    row_number() over (
      partition by r.applicant_kind, r.applicant_number, r.item_code order by p.place, r.due_on, r.chance desc, r.because
    ) as said
  from stg_hint_reason as r
  inner join parameters.hint_reasons as p on p.reason = r.reason and p.valid_from <= :as_of and p.valid_to >= :as_of
  inner join stg_item as i on i.item_code = r.item_code and i.service_object in ('0', case r.applicant_kind when 'natural' then '1' else '2' end)
  left join choices as o on o.applicant_kind = r.applicant_kind and o.applicant_number = r.applicant_number and o.turn = 1 and not o.hints
  left join done as d on d.applicant_kind = r.applicant_kind and d.applicant_number = r.applicant_number and d.item_code = r.item_code
  where
    :hints_given and o.applicant_number is null and coalesce(d.open_cases, 0) = 0
    and not coalesce(r.reason <> 'expiring' and d.last_on >= r.since, false)
), placed as (
  select
    f.applicant_kind, f.applicant_number, f.item_code, f.item_name, f.authority, f.reason, f.because, f.due_on, f.chance,
    row_number() over (partition by f.applicant_kind, f.applicant_number order by f.place, f.due_on, f.chance desc, f.item_code) as place
  from fit as f
  where f.said = 1
)
select
  row_number() over (order by p.applicant_kind, p.applicant_number, p.item_code) as hint_no, p.applicant_kind, p.applicant_number, case when p.applicant_kind = 'legal' then p.applicant_number end as uscc, p.item_code, p.place, p.item_name, p.authority, p.reason, coalesce(b.item_name, p.because) as because, p.due_on,
  100 * p.chance as share
from placed as p
left join stg_item as b on b.item_code = p.because
where p.place <= :hints_shown
