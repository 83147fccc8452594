-- One row is what one item of one outlet is held to: the standard of its industry or its permit, whichever is stricter.
with items as (
    select o.outlet_no, l.item from shengtai.outlet as o join parameters.discharge_limits as l on l.standard = o.standard
    union
    select p.outlet_no, p.item from shengtai.outlet_limit as p
)
select
    i.outlet_no, i.item, l.low,
    case when p.high is null or l.high < p.high then l.high else p.high end as high,
    case when p.high is null or coalesce(l.cold_high, l.high) < p.high then coalesce(l.cold_high, l.high) else p.high end as cold_high
from items as i
join shengtai.outlet as o on o.outlet_no = i.outlet_no
left join parameters.discharge_limits as l on l.standard = o.standard and l.item = i.item
left join shengtai.outlet_limit as p on p.outlet_no = i.outlet_no and p.item = i.item
