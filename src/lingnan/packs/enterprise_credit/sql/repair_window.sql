-- One row is one penalty by the rules of the day: from when its repair may be asked for, when publicity ends by itself, and how it stands.
with placed as (
  select f.fact, f.uscc, f.entity, f.division, f.document_no, f.content, f.authority, f.severity, f.decided_on, f.published_on, y.edition,
    cast(f.decided_on + y.min_months * interval 1 month as date) as earliest_application,
    cast(f.decided_on + y.max_months * interval 1 month as date) as automatic_end, r.repair_no, r.applied_on, r.repaired_on, r.premature
  from credit_fact as f
  join parameters.publicity_periods as y
    on y.severity = f.severity and y.guarded = f.guarded and :as_of between y.valid_from and y.valid_to
  left join int_repair as r on r.fact = f.fact and r.known_on <= :as_of
  where f.kind = :penalty and f.decided_on <= :as_of
), judged as (
  select p.*, coalesce(p.premature, false) as was_premature, d.raised_on is not null as disputed,
    case when p.repaired_on <= :as_of then 'repaired'
      when p.automatic_end <= :as_of then 'ended'
      when p.published_on is null or p.published_on > :as_of then 'not_shown'
      when p.earliest_application <= :as_of then 'repairable'
      else 'shown' end as standing
  from placed as p
  left join int_dispute as d on d.uscc = p.uscc and d.document_no = p.document_no
)
select j.fact, j.uscc, j.entity, j.division, j.document_no, j.content, j.authority, j.severity, j.decided_on, j.published_on, j.edition,
  j.earliest_application, j.automatic_end, j.repair_no, j.applied_on, j.repaired_on, j.was_premature as premature, j.disputed, j.standing
from judged as j
