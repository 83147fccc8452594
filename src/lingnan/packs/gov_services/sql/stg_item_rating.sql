-- One row is one item with its ratings counted; those given by default are counted apart.
select
  r.item_code, min(r.item_name) as item_name, min(r.authority) as authority, sum(case when r.by_default then 0 else 1 end) as rated,
  sum(case when r.level = 'very_satisfied' and not r.by_default then 1 else 0 end) as very_satisfied,
  sum(case when r.level = 'content' and not r.by_default then 1 else 0 end) as content,
  sum(case when r.level = 'fairly_satisfied' and not r.by_default then 1 else 0 end) as fairly_satisfied,
  sum(case when r.level = 'dissatisfied' and not r.by_default then 1 else 0 end) as dissatisfied,
  sum(case when r.level = 'very_dissatisfied' and not r.by_default then 1 else 0 end) as very_dissatisfied,
  sum(case when r.by_default then 1 else 0 end) as by_default, sum(case when not r.poor and not r.by_default then 1 else 0 end) as satisfied,
  sum(case when r.poor and not r.by_default then 1 else 0 end) as poor,
  sum(case when r.poor and not r.by_default and r.fixed_on is not null then 1 else 0 end) as fixed, max(:satisfied_floor) as floor
from int_rated_case as r
group by r.item_code
