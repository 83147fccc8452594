-- One row is one needed material of a joint handling, asked for once however many of its items ask for it.
select
  b.bundle_code, m.material_code, min(m.material_name) as material_name, count(*) as items, max(case when m.in_store then 1 else 0 end) = 1 as in_store
from stg_bundle_item as b
inner join item_material as m on m.item_code = b.item_code and m.needed
group by b.bundle_code, m.material_code
