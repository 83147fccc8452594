-- One row is one reason to point an applicant to an item: a paper of theirs that expires, an event of theirs, or what often follows their last case.
with latest as (
  select
    c.applicant_kind, c.applicant_number, c.item_code, c.accepted_on, c.finished_on, c.outcome,
    row_number() over (partition by c.applicant_kind, c.applicant_number order by c.accepted_at desc, c.case_no desc) as turn
  from stg_case as c
  where c.applicant_number is not null
), learnt as (
  select f.applicant_kind, f.before_item, f.item_code, f.chance
  from item_following as f
  inner join hint_skill as s on s.applicant_kind = f.applicant_kind and s.method = 'following' and s.better
)
select
  l.holder_kind as applicant_kind, l.holder_number as applicant_number, l.renewing_item as item_code, 'expiring' as reason, l.type as because,
  l.expires_on as due_on, l.expires_on as since, cast(null as double) as chance
from own_licence as l
where l.state = 'expiring' and l.renewing_item is not null
union all
select c.applicant_kind, c.applicant_number, e.then_item, 'event', c.item_code, cast(null as date), c.finished_on, cast(null as double)
from stg_case as c
inner join parameters.life_events as e on e.after_item = c.item_code and e.valid_from <= :as_of and e.valid_to >= :as_of
where c.applicant_number is not null and c.outcome = '01' and date_diff('day', c.finished_on, :as_of) <= :recent_days
union all
select c.applicant_kind, c.applicant_number, f.item_code, 'often', c.item_code, cast(null as date), c.accepted_on, f.chance
from latest as c
inner join learnt as f on f.applicant_kind = c.applicant_kind and f.before_item = c.item_code
where c.turn = 1 and date_diff('day', c.accepted_on, :as_of) <= :recent_days
