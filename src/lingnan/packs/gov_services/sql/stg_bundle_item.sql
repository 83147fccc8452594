-- One row is one item of a joint handling, once.
select b.bundle_code, b.item_code, min(b.bundle_name) as bundle_name
from zhengwu.bundle_item as b
group by b.bundle_code, b.item_code
