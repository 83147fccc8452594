-- One row is one item in force on the day, in its latest edition.
with editions as (
  select
    i.item_code, i.item_name, i.item_kind, i.authority, i.service_object, i.case_kind, i.legal_days, i.promised_days, i.visits, i.online_depth,
    i.fee, i.fee_basis, i.legal_basis, i.conditions, i.place, i.consult_phone, i.complaint_phone, i.changed_on, i.reviewed_on,
    row_number() over (partition by i.item_code order by i.valid_from desc) as edition
  from zhengwu.service_item as i
  where i.valid_from <= :as_of and (i.valid_to is null or i.valid_to >= :as_of)
)
select
  e.item_code, e.item_name, e.item_kind, e.authority, e.service_object, e.case_kind, e.legal_days, e.promised_days, e.visits, e.online_depth,
  e.fee, e.fee_basis, e.legal_basis, e.conditions, e.place, e.consult_phone, e.complaint_phone, e.changed_on, e.reviewed_on
from editions as e
where e.edition = 1
