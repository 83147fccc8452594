-- One row is one poor rating and how far it was answered and put right.
select
  r.case_no, r.item_code, r.item_name, r.city, r.authority, r.score, r.tag, r.rated_on,
  case
    when r.fixed_on is not null then 'fixed' when r.revisited_on is not null then 'revisited'
    when date_diff('day', r.rated_on, :as_of) > :revisit_days then 'late' else 'open'
  end as state
from int_rated_case as r
where r.poor and not r.by_default
