-- One row is one item in force with what is looked for in its guide.
with steps as (
  select s.item_code, sum(s.max_days) as days from item_step as s group by s.item_code
), unknown as (
  select distinct p.item_code
  from zhengwu.item_prerequisite as p
  left join stg_item as n on n.item_code = p.needs_item
  where n.item_code is null
)
select
  i.item_code, trim(coalesce(i.legal_basis, '')) = '' as legal_basis_missing, trim(coalesce(i.conditions, '')) = '' as conditions_missing,
  trim(coalesce(i.place, '')) = '' as place_missing, trim(coalesce(i.consult_phone, '')) = '' as consult_phone_missing,
  trim(coalesce(i.complaint_phone, '')) = '' as complaint_phone_missing, i.legal_days is null as legal_days_missing,
  i.promised_days is null as promised_days_missing, coalesce(i.fee, false) and trim(coalesce(i.fee_basis, '')) = '' as fee_basis_missing,
  coalesce(i.promised_days > i.legal_days, false) as promise_over_law, coalesce(s.days > i.promised_days, false) as steps_over_promise,
  s.item_code is null as steps_missing, coalesce(i.case_kind = '1' and i.promised_days > 1, false) as slow_at_once,
  coalesce(i.changed_on > i.reviewed_on, i.changed_on is not null) as change_not_reviewed, u.item_code is not null as prerequisite_unknown
from stg_item as i
left join steps as s on s.item_code = i.item_code
left join unknown as u on u.item_code = i.item_code
