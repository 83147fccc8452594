-- One row is one authority and month of decision: how many licences and penalties were made public in time.
select p.authority, p.division, cast(date_trunc('month', p.decided_on) as date) as month, p.kind, count(*) as decisions,
  count(*) filter (where p.standing = 'timely') as timely, count(*) filter (where p.standing = 'late') as late,
  count(*) filter (where p.standing = 'pending') as pending, count(*) filter (where p.standing in ('untold', 'unknown', 'impossible')) as untold
from double_publicity as p
group by p.authority, p.division, date_trunc('month', p.decided_on), p.kind
