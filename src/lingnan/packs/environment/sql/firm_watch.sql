-- One row is one firm with monitored outlets: days on which a daily mean was a candidate, how many of them nobody has visited it since, and visits.
with firms as (
    select o.credit_code, min(o.firm) as firm, min(o.city) as city, count(*) as outlets
    from shengtai.outlet as o
    where o.credit_code is not null
    group by o.credit_code
), candidates as (
    select d.credit_code, d.day from discharge_day as d where d.exceeds group by d.credit_code, d.day
), visits as (
    select
        i.credit_code, count(*) as inspections, sum(case when i.action = '责令改正' then 1 else 0 end) as ordered,
        sum(case when i.action = '立案处罚' then 1 else 0 end) as penalised, max(i.inspected_on) as last_inspected_on
    from shengtai.inspection as i
    group by i.credit_code
)
select
    f.credit_code, f.firm, f.city, f.outlets, count(c.day) as candidate_days,
    sum(case when c.day is not null and (v.last_inspected_on is null or c.day > v.last_inspected_on) then 1 else 0 end) as open_days,
    max(c.day) as last_candidate_on, coalesce(v.inspections, 0) as inspections, coalesce(v.ordered, 0) as ordered, coalesce(v.penalised, 0) as penalised,
    v.last_inspected_on
from firms as f
left join candidates as c on c.credit_code = f.credit_code
left join visits as v on v.credit_code = f.credit_code
group by f.credit_code, f.firm, f.city, f.outlets, v.inspections, v.ordered, v.penalised, v.last_inspected_on
