-- One row is something about one item of one outlet on a day that a person must look at; a daily mean above its limit is a candidate, no finding.
with newest as (
    select max(d.day) as day from discharge_day as d
), alarms as (
    select d.outlet_no, d.name, d.firm, d.city, d.day, d.item, 'day_exceeds' as kind, 'candidate' as grade, d.mean as value, d.high as bound
    from discharge_day as d
    where d.exceeds
    union all
    select r.outlet_no, o.name, o.firm, r.city, r.day, r.item, 'hour_exceeds' as kind, 'warning' as grade, max(r.converted) as value, max(r.high) as bound
    from discharge_reading as r
    join shengtai.outlet as o on o.outlet_no = r.outlet_no
    where r.exceeds
    group by r.outlet_no, o.name, o.firm, r.city, r.day, r.item
    union all
    select d.outlet_no, d.name, d.firm, d.city, d.day, d.item, 'silent' as kind, 'warning' as grade, d.valid_hours as value, d.due_hours as bound
    from discharge_day as d
    where d.silent
    union all
    select d.outlet_no, d.name, d.firm, d.city, d.day, d.item, 'low_rate' as kind, 'warning' as grade, d.valid_rate as value, :valid_rate_least as bound
    from discharge_day as d
    where d.valid_rate < :valid_rate_least
    union all
    select r.outlet_no, o.name, o.firm, r.city, r.day, r.item, r.verdict as kind, 'suspect' as grade, count(*) as value, null as bound
    from discharge_reading as r
    join shengtai.outlet as o on o.outlet_no = r.outlet_no
    where r.verdict in ('stuck', 'oxygen')
    group by r.outlet_no, o.name, o.firm, r.city, r.day, r.item, r.verdict
)
select
    a.outlet_no, a.name, a.firm, a.city, a.day, a.item, a.kind, a.grade, a.value, a.bound, date_diff('day', a.day, n.day) <= :alert_days as recent
from alarms as a
cross join newest as n
