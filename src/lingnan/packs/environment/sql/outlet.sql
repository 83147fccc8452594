-- One row is one outlet on the register, with what its monitor delivered and how often its daily mean exceeded.
with delivered as (
    select
        d.outlet_no, min(d.day) as first_day, max(d.day) as last_day, sum(d.valid_hours) as valid_hours, sum(d.due_hours) as due_hours,
        sum(case when d.exceeds then 1 else 0 end) as exceeding
    from discharge_day as d
    group by d.outlet_no
)
select
    o.outlet_no, o.name, o.firm, o.credit_code, o.city, o.kind, o.standard, o.longitude, o.latitude, d.first_day, d.last_day,
    case when d.due_hours > 0 then cast(d.valid_hours as double) / d.due_hours end as valid_rate, coalesce(d.exceeding, 0) as exceeding
from shengtai.outlet as o
left join delivered as d on d.outlet_no = o.outlet_no
