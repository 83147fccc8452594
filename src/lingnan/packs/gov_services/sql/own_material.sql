-- One row is one material of an item in force that the holder of a certificate need not hand in as paper, with how it is used; for the holder alone.
select
  h.entry_id, m.item_code, m.material_code, h.holder_kind, h.holder_number, h.uscc, m.item_name, m.material_name, h.type, h.expires_on, h.trust_level, h.handling
from own_licence as h
inner join item_material as m on m.licence_type = h.type and m.needed
where h.handling is not null
