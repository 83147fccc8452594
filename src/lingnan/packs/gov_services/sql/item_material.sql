-- One row is one material that an item in force asks for; `in_store` where the store of certificates can give it.
with stored as (
  select t.type from parameters.stored_types as t where t.valid_from <= :as_of and t.valid_to >= :as_of
)
select
  m.item_code, m.material_code, i.item_name, i.authority, m.material_name, m.licence_type,
  coalesce(m.necessity, '1') <> '2' as needed, m.copies, coalesce(m.source = '20' and t.type is not null, false) as in_store
from zhengwu.item_material as m
inner join stg_item as i on i.item_code = m.item_code
left join stored as t on t.type = m.licence_type
