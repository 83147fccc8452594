-- One row is one section of surface water on the register, with what was sampled there.
with sampled as (
    select w.section_no, min(w.day) as first_day, max(w.day) as last_day, count(*) as samples
    from shengtai.water_sample as w
    group by w.section_no
)
select
    s.section_no, s.name, s.water, s.river, s.basin, s.city, s.target_class, s.longitude, s.latitude, d.first_day, d.last_day,
    coalesce(d.samples, 0) as samples
from shengtai.water_section as s
left join sampled as d on d.section_no = s.section_no
