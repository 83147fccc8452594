-- One row is one item in force with its materials, steps, prerequisites and findings counted.
with materials as (
  select m.item_code, count(*) as materials, sum(case when m.needed then 1 else 0 end) as needed_materials from item_material as m group by m.item_code
), steps as (
  select s.item_code, count(*) as steps, sum(s.max_days) as step_days from item_step as s group by s.item_code
), prerequisites as (
  select p.item_code, count(*) as prerequisites from zhengwu.item_prerequisite as p group by p.item_code
), findings as (
  select f.item_code, count(*) as findings, sum(case when f.grade = 'must' then 1 else 0 end) as grave from guide_finding as f group by f.item_code
)
select
  i.item_code, i.item_name, i.item_kind, i.authority, i.service_object, i.case_kind, i.legal_days, i.promised_days, i.visits, i.online_depth,
  coalesce(i.online_depth >= :online_depth_whole, false) as wholly_online, i.legal_basis, i.conditions, i.place, i.consult_phone,
  i.complaint_phone, coalesce(m.materials, 0) as materials,
  coalesce(m.needed_materials, 0) as needed_materials, coalesce(s.steps, 0) as steps, s.step_days, coalesce(p.prerequisites, 0) as prerequisites,
  coalesce(f.findings, 0) as findings, coalesce(f.grave, 0) as grave
from stg_item as i
left join materials as m on m.item_code = i.item_code
left join steps as s on s.item_code = i.item_code
left join prerequisites as p on p.item_code = i.item_code
left join findings as f on f.item_code = i.item_code
