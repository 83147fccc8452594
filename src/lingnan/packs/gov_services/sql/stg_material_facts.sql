-- One row is one material that an item in force asks for, with what is looked for in its guide.
select
  m.item_code, m.material_code, regexp_matches(m.material_name, '其他|其它|等材料|相关材料|有关材料|所需材料|必要材料') as catch_all,
  m.in_store and coalesce(d.form, '1') = '1' as asked_on_paper, coalesce(d.copies, 1) > 1 and m.in_store as copies_of_certificate,
  trim(coalesce(d.basis, '')) = '' as basis_missing, d.source is null as source_missing, d.necessity is null as necessity_missing,
  d.source = '20' and d.licence_type is null as type_missing
from item_material as m
inner join zhengwu.item_material as d on d.item_code = m.item_code and d.material_code = m.material_code
