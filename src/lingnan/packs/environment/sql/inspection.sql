-- One row is one visit to a firm: why, what followed, and whether the firm has monitored outlets.
with firms as (
    select o.credit_code, count(*) as outlets from shengtai.outlet as o where o.credit_code is not null group by o.credit_code
)
select
    i.inspection_no, i.inspected_on, i.credit_code, i.firm, i.city, i.cause, i.action, cast(i.fine as double) as fine, i.closed_on,
    f.outlets is not null as monitored
from shengtai.inspection as i
left join firms as f on f.credit_code = i.credit_code
