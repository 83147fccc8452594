-- One row is one county, city or branch of industry and month: rates over the months up to it, and the index made of them.
with summed as (
  select n.scope, n.code, n.month, n.entities, n.on_list, n.penalties, n.listed, n.delisted, sum(b.penalties) as penalties_window,
    sum(b.repaired) as repaired_window, sum(b.timely) as timely_window, sum(b.late) as late_window
  from int_scope_month as n
  join int_scope_month as b
    on b.scope = n.scope and b.code = n.code and b.month <= n.month and b.month > cast(n.month - :index_months * interval 1 month as date)
  group by n.scope, n.code, n.month, n.entities, n.on_list, n.penalties, n.listed, n.delisted
), rated as (
  select s.*, s.penalties_window * :per_entities / nullif(s.entities, 0) as penalty_rate, s.on_list * :per_entities / nullif(s.entities, 0) as list_rate,
    s.repaired_window / nullif(cast(s.penalties_window as double), 0) as repair_rate,
    s.timely_window / nullif(cast(s.timely_window + s.late_window as double), 0) as timely_share
  from summed as s
), parted as (
  select r.scope, r.code, r.month, w.weight, case w.part when 'penalty_rate' then r.penalty_rate when 'list_rate' then r.list_rate
    when 'unrepaired' then 1 - r.repair_rate when 'late_share' then 1 - r.timely_share end / w.ceiling as lost
  from rated as r
  cross join parameters.index_parts as w
  where :as_of between w.valid_from and w.valid_to
)
select r.scope, r.code, r.month, case when r.scope = 'industry' then r.code end as branch,
  cast(r.month + interval 1 month as date) = cast(date_trunc('month', :as_of) as date) as newest,
  r.entities, r.penalties, r.listed, r.delisted, r.on_list, r.penalty_rate, r.list_rate, r.repair_rate, r.timely_share,
  :full_mark * (1 - sum(p.weight * case when p.lost > 1 then 1 else coalesce(p.lost, 0) end) / sum(p.weight)) as credit_index
from rated as r
join parted as p on p.scope = r.scope and p.code = r.code and p.month = r.month
group by r.scope, r.code, r.month, r.entities, r.penalties, r.listed, r.delisted, r.on_list, r.penalty_rate, r.list_rate, r.repair_rate, r.timely_share
