-- One row is one implementing body: how far its items can be done online, with how many visits, in how much less time than the law allows.
with counted as (
  select
    i.authority, count(*) as items, sum(case when i.wholly_online then 1 else 0 end) as wholly_online,
    sum(case when i.visits <= 1 then 1 else 0 end) as at_most_once, sum(case when i.visits = 0 then 1 else 0 end) as no_visit,
    sum(case when i.case_kind = '1' then 1 else 0 end) as at_once,
    sum(case when i.promised_days is not null then coalesce(i.legal_days, 0) else 0 end) as legal_days,
    sum(case when i.legal_days is not null then coalesce(i.promised_days, 0) else 0 end) as promised_days
  from item as i
  group by i.authority
)
select
  c.authority, c.items, c.wholly_online, c.at_most_once, c.no_visit, c.at_once, c.legal_days, c.promised_days,
  cast(100 * c.wholly_online as double) / c.items as wholly_online_share,
  cast(100 * (c.legal_days - c.promised_days) as double) / nullif(c.legal_days, 0) as compression
from counted as c
