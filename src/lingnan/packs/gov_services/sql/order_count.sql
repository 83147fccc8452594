-- One row is one state and tag of the poor ratings of an implementing body in a city.
select r.city, r.authority, r.state, coalesce(r.tag, '') as tag,
  count(*) as ratings
from rating_order as r
group by r.city, r.authority, r.state, coalesce(r.tag, '')
