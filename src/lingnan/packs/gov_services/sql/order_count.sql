-- One row is one state and tag of the poor ratings of an implementing body in a city.
select r.city, r.authority, r.state, coalesce(r.tag, '') as tag,
  min(case r.state when 'open' then '待回访' when 'late' then '逾期未回访' when 'revisited' then '已回访' else '已整改' end) as state_title,
  count(*) as ratings
from rating_order as r
group by r.city, r.authority, r.state, coalesce(r.tag, '')
