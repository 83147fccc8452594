-- One row is one type of certificate: how many needed materials of the type were reused or waived.
with counted as (
  select
    r.licence_type, count(*) as required, count(r.licence_identifier) as reusable, sum(case when r.mode = 'reuse' then 1 else 0 end) as reused,
    sum(case when r.mode = 'waive' then 1 else 0 end) as waived, sum(case when r.asked_again then 1 else 0 end) as asked_again
  from material_reuse as r
  where r.licence_type is not null
  group by r.licence_type
), shared as (
  select
    c.licence_type, c.required, c.reusable, c.reused, c.waived, c.asked_again,
    cast(100 * c.reused as double) / c.required as reuse_share, cast(100 * (c.reused + c.waived) as double) / c.required as free_share
  from counted as c
)
select
  s.licence_type, s.required, s.reusable, s.reused, s.waived, s.asked_again, s.reuse_share, s.free_share, s.reuse_share < :reuse_floor as below_floor
from shared as s
