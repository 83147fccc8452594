-- One row is one penalty: how grave it is by its kind and fine, and whether its law is one of those for which order 58 asks a longer time.
select p.penalty_no, p.uscc, :penalty as fact_kind, p.kind, p.fine,
  case when k.severity = 'serious' or p.fine >= :very_large_fine then 'serious'
    when k.by_fine and p.fine <= :summary_fine then 'minor'
    else coalesce(k.severity, 'general') end as severity,
  exists (select 1 from parameters.guarded_laws as g where contains(p.basis, g.law)) as guarded
from fagai.penalty as p
left join parameters.penalty_severity as k
  on k.kind = p.kind and p.decided_on between k.valid_from and k.valid_to
