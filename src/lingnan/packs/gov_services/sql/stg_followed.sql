-- One row is one way of items (what came before, what then) in a span of time: to learn from, held out, or later; no applicant stands in it.
with ways as (
  select
    c.applicant_kind, c.item_code, date_diff('day', c.accepted_on, :as_of) as ago,
    coalesce(lag(c.item_code) over (partition by c.applicant_kind, c.applicant_number order by c.accepted_at, c.case_no), '') as before_item
  from stg_case as c
  where c.applicant_number is not null
), spans as (
  select
    w.applicant_kind, w.before_item, w.item_code,
    case when w.ago < :judged_days then 'later' when w.ago < :judged_days + :held_out_days then 'held_out' else 'learnt' end as span
  from ways as w
)
select s.applicant_kind, s.span, s.before_item, s.item_code, count(*) as cases, max(:least_followed) as least
from spans as s
group by s.applicant_kind, s.span, s.before_item, s.item_code
