-- One row is one joint handling: what merging its items saves in materials, fields and time.
with named as (
  select b.bundle_code, min(b.bundle_name) as bundle_name, count(*) as items from stg_bundle_item as b group by b.bundle_code
), materials as (
  select
    m.bundle_code, sum(m.items) as materials_apart, count(*) as materials, sum(case when m.in_store then 0 else 1 end) as to_hand_in
  from bundle_material as m
  group by m.bundle_code
), fields as (
  select f.bundle_code, sum(f.items) as fields_apart, count(*) as fields from bundle_field as f group by f.bundle_code
), steps as (
  select s.bundle_code, sum(s.days) as days_apart, max(s.ends_after) as days, min(s.fault) as fault from bundle_step as s group by s.bundle_code
)
select
  n.bundle_code, n.bundle_name, n.items, coalesce(m.materials_apart, 0) as materials_apart, coalesce(m.materials, 0) as materials,
  coalesce(m.to_hand_in, 0) as to_hand_in, coalesce(f.fields_apart, 0) as fields_apart, coalesce(f.fields, 0) as fields,
  case when s.fault is null then s.days_apart end as days_apart, s.days, s.days_apart - s.days as days_saved, s.fault
from named as n
left join materials as m on m.bundle_code = n.bundle_code
left join fields as f on f.bundle_code = n.bundle_code
left join steps as s on s.bundle_code = n.bundle_code
