-- One row is one needed material of a case for which its applicant held a valid certificate: the most trusted, then the latest one.
with held as (
  select
    c.case_no, m.material_code, l.licence_identifier, l.trust_level, t.handling, l.issuer, l.expires_on, l.valid_now,
    row_number() over (partition by c.case_no, m.material_code order by t.place, l.issued_on desc, l.licence_identifier desc) as choice
  from stg_case as c
  inner join item_material as m on m.item_code = c.item_code and m.needed
  inner join stg_licence as l
    on l.holder_number = c.applicant_number and l.holder_kind = c.applicant_kind and l.type = m.licence_type
    and l.issued_on <= c.accepted_on and (l.expires_on is null or l.expires_on >= c.accepted_on)
  inner join parameters.trust_levels as t on t.level = l.trust_level and t.valid_from <= c.accepted_on and t.valid_to >= c.accepted_on
)
select
  h.case_no, h.material_code, h.licence_identifier, h.trust_level, h.handling, h.valid_now,
  case h.trust_level
    when 'A' then '此件由' || coalesce(h.issuer, '颁发机构') || '提供，仅供办理政务服务事项时使用，有效期至' || coalesce(cast(h.expires_on as varchar), '长期')
    when 'B' then '此件经与原件核对无误'
  end as mark
from held as h
where h.choice = 1
