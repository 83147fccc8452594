-- One row is one running case: whether all its materials are of level A or B and valid still, and whether its applicant runs another for the same item.
with trusted as (
  select r.case_no, min(case when r.trust_level in ('A', 'B') and r.handling = 'direct' and r.valid_now then 1 else 0 end) = 1 as materials_trusted
  from material_reuse as r
  group by r.case_no
)
select
  c.case_no, c.item_code, c.city, c.applicant_kind, c.applicant_number, c.accepted_on, coalesce(t.materials_trusted, false) as materials_trusted,
  count(*) over (partition by c.applicant_kind, c.applicant_number, c.item_code) > 1 as repeated
from stg_case as c
inner join stg_item as i on i.item_code = c.item_code
left join trusted as t on t.case_no = c.case_no
where c.outcome = '00' and c.finished_on is null
