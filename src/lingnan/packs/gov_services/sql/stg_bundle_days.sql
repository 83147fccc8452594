-- One row is one item of a joint handling with its limit: the promised one, else the statutory one.
select b.bundle_code, b.item_code, i.item_name, coalesce(i.promised_days, i.legal_days) as days
from stg_bundle_item as b
left join stg_item as i on i.item_code = b.item_code
