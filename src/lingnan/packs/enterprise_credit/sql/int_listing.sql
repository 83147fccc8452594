-- One row is one decision that puts an entity on a list, with the rule of lists by which it does and the day the listing ends by itself.
select b.base, r.list, r.colour, r.law, b.uscc, b.document_no, b.authority, b.listed_from,
  coalesce(b.ends_on, cast(b.listed_from + r.max_months * interval 1 month as date), cast('9999-12-31' as date)) as ends_on,
  b.removed_on, b.known_from, b.removal_known_on
from (
  select f.fact as base, f.kind as source, f.uscc, f.document_no, f.authority, f.decided_on as listed_from,
    coalesce(f.expires_on, cast(f.published_to + interval 1 day as date)) as ends_on, cast(null as date) as removed_on,
    coalesce(f.known_on, f.decided_on) as known_from, cast(null as date) as removal_known_on
  from credit_fact as f
  union all
  select d.decision_no, d.list, d.uscc, d.decision_no, d.authority, d.decided_on, cast(null as date), d.removed_on,
    coalesce(d.recorded_on, d.decided_on), coalesce(d.removal_recorded_on, d.removed_on)
  from stg_list_decision as d
  where d.uscc in (select e.uscc from registers.entities as e where e.kind is null or e.kind not in (select x.kind from parameters.natural_kinds as x))
) as b
join parameters.list_rules as r on r.source = b.source and b.listed_from between r.valid_from and r.valid_to
