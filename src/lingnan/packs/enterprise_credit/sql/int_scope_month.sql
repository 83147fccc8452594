-- One row is one county, city or branch of industry and month watched.
select s.scope, s.code, s.month, cast(sum(s.entities) as bigint) as entities, cast(sum(s.on_list) as bigint) as on_list,
  cast(sum(s.penalties) as bigint) as penalties, cast(sum(s.repaired) as bigint) as repaired, cast(sum(s.timely) as bigint) as timely,
  cast(sum(s.late) as bigint) as late, cast(sum(s.listed) as bigint) as listed, cast(sum(s.delisted) as bigint) as delisted
from (
  select 'county' as scope, c.county as code, c.* from int_credit_month as c
  union all
  select 'city' as scope, concat(substr(c.county, 1, 4), '00') as code, c.* from int_credit_month as c
  union all
  select 'industry' as scope, c.industry as code, c.* from int_credit_month as c where c.industry is not null
) as s
where s.month in (select m.month from int_month as m)
group by s.scope, s.code, s.month
