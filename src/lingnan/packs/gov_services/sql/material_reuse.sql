-- One row is one needed material of a case, with the certificate that could be used and how it was obtained.
select
  c.case_no, m.material_code, c.item_code, c.city, m.authority, c.applicant_kind, c.accepted_on, m.licence_type, l.licence_identifier,
  l.trust_level, coalesce(l.handling, 'hand_in') as handling, l.mark, l.valid_now, o.mode,
  coalesce(l.handling = 'direct' and o.mode = 'upload', false) as asked_again
from stg_case as c
inner join item_material as m on m.item_code = c.item_code and m.needed
left join stg_licence_choice as l on l.case_no = c.case_no and l.material_code = m.material_code
left join zhengwu.case_material as o on o.case_no = c.case_no and o.material_code = m.material_code
