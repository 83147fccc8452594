-- One row is one item of a joint handling that another of the same needs done first.
select distinct b.bundle_code, p.item_code, p.needs_item
from zhengwu.item_prerequisite as p
inner join stg_bundle_item as b on b.item_code = p.item_code
inner join stg_bundle_item as n on n.bundle_code = b.bundle_code and n.item_code = p.needs_item
