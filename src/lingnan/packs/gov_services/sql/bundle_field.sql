-- One row is one field of a joint handling's form, asked for once however many of its items ask for it.
select b.bundle_code, f.element, min(f.title) as title, count(distinct f.item_code) as items
from stg_bundle_item as b
inner join zhengwu.item_field as f on f.item_code = b.item_code
group by b.bundle_code, f.element
