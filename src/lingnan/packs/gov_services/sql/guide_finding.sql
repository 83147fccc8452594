-- One row is one finding in a guide, about the whole item or one of its materials.
with found as (
  select f.item_code, '' as material_code, f.decision_rule, f.problem, f.problem_en, f.grade from stg_item_finding as f
  union all
  select f.item_code, f.material_code, f.decision_rule, f.problem, f.problem_en, f.grade from stg_material_finding as f
)
select
  f.item_code, f.material_code, f.decision_rule as rule, i.item_name, i.authority, m.material_name, f.problem, f.problem_en, f.grade
from found as f
inner join stg_item as i on i.item_code = f.item_code
left join item_material as m on m.item_code = f.item_code and m.material_code = f.material_code
