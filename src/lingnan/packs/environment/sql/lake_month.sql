-- One row is one lake section in a month for which all five indicators were measured: its trophic level index and state.
with parts as (
    select
        m.section_no, m.month, t.item, t.correlation * t.correlation as weight,
        t.scale * (t.base + t.slope * ln(cast(m.total as double) / m.samples)) as part
    from stg_water_month as m
    join parameters.trophic_items as t on t.item = m.item
    where m.water = 'lake' and m.total > 0
), wanted as (
    select count(*) as items from parameters.trophic_items
), indexed as (
    select p.section_no, p.month, round(sum(p.part * p.weight) / sum(p.weight), 2) as trophic_index
    from parts as p
    cross join wanted as w
    group by p.section_no, p.month, w.items
    having count(*) = w.items
), stated as (
    select i.section_no, i.month, i.trophic_index, max(t.state_no) as state_no
    from indexed as i
    join parameters.trophic_states as t on i.trophic_index > t.above or (t.at_it and i.trophic_index = t.above)
    group by i.section_no, i.month, i.trophic_index
)
select d.section_no, s.name, s.city, d.month, d.trophic_index, d.state_no, t.state
from stated as d
join shengtai.water_section as s on s.section_no = d.section_no
join parameters.trophic_states as t on t.state_no = d.state_no
