-- One row is one case, for its applicant alone: where it stands, and what of its materials is still to be brought.
with materials as (
  select
    m.case_no, sum(case when m.handling = 'hand_in' then 1 else 0 end) as to_hand_in,
    sum(case when m.handling = 'check_original' then 1 else 0 end) as to_show, sum(case when m.handling = 'direct' then 1 else 0 end) as from_store
  from material_reuse as m
  group by m.case_no
)
select
  c.case_no, c.applicant_kind, c.applicant_number, case when c.applicant_kind = 'legal' then c.applicant_number end as uscc, c.item_code, i.item_name, i.authority, c.accepted_on, c.due_on, c.finished_on,
  case
    when c.finished_on is null then case when c.due_on < :as_of then 'late' else 'running' end
    when c.outcome = '01' then 'granted' when c.outcome = '02' then 'refused' when c.outcome = '03' then 'not_accepted'
    when c.outcome = '04' then 'withdrawn' else 'ended'
  end as state,
  coalesce(m.from_store, 0) as from_store, coalesce(m.to_show, 0) as to_show, coalesce(m.to_hand_in, 0) as to_hand_in
from stg_case as c
inner join stg_item as i on i.item_code = c.item_code
left join materials as m on m.case_no = c.case_no
where c.applicant_number is not null
