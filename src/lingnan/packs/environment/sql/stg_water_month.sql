-- One row is one item of a section in a month: the sum of its samples and their number.
select
    w.section_no, s.water, cast(date_trunc('month', w.day) as date) as month, w.item, sum(w.value) as total, count(*) as samples
from shengtai.water_sample as w
join shengtai.water_section as s on s.section_no = w.section_no
where w.value is not null
group by w.section_no, s.water, cast(date_trunc('month', w.day) as date), w.item
