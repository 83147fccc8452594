-- One row is one county, city or branch of industry whose penalties in the last whole month would be rare by its own earlier months.
select s.scope, s.code, s.month, s.penalties, s.expected, s.chance,
  case when s.chance <= :surge_orange then 'orange' when s.chance <= :surge_yellow then 'yellow' else 'none' end as level
from int_surge as s
