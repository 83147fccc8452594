-- One row is one implementing body in one city: how many needed materials were reused or waived.
with counted as (
  select
    r.city, r.authority, count(*) as required, count(r.licence_identifier) as reusable, sum(case when r.mode = 'reuse' then 1 else 0 end) as reused,
    sum(case when r.mode = 'waive' then 1 else 0 end) as waived, sum(case when r.asked_again then 1 else 0 end) as asked_again
  from material_reuse as r
  group by r.city, r.authority
)
select
  c.city, c.authority, c.required, c.reusable, c.reused, c.waived, c.asked_again,
  cast(100 * c.reused as double) / c.required as reuse_share, cast(100 * (c.reused + c.waived) as double) / c.required as free_share
from counted as c
