-- One row is one certificate, for its holder alone: how long it is valid, how it may be reused, and which item renews it.
with noticed as (
  select n.days from parameters.notice_days as n where n.valid_from <= :as_of and n.valid_to >= :as_of
), held as (
  select
    l.entry_id, l.holder_kind, l.holder_number, l.licence_identifier, l.type, l.issuer, l.issued_on, l.expires_on, l.trust_level,
    coalesce(l.state, '1') not in ('3', '4', '5', '6') as standing,
    coalesce(l.state, '1') = '2' or coalesce(l.expires_on < :as_of, false) as ended, date_diff('day', :as_of, l.expires_on) as days_left
  from registers.licences as l
  where l.holder_number is not null
), near as (
  select h.entry_id, min(n.days) as notice from held as h inner join noticed as n on h.days_left >= 0 and h.days_left <= n.days group by h.entry_id
)
select
  h.entry_id, h.holder_kind, h.holder_number, case when h.holder_kind = 'legal' then h.holder_number end as uscc, h.licence_identifier, h.type, h.issuer, h.issued_on, h.expires_on, h.days_left, n.notice,
  case
    when not h.standing then 'withdrawn' when h.ended then 'ended' when n.notice is not null then 'expiring' else 'valid'
  end as state,
  h.trust_level, case when h.standing and not h.ended then t.handling end as handling,
  case when h.standing then i.item_code end as renewing_item, case when h.standing then i.item_name end as renewing_name
from held as h
left join near as n on n.entry_id = h.entry_id
left join parameters.trust_levels as t on t.level = h.trust_level and t.valid_from <= :as_of and t.valid_to >= :as_of
left join parameters.renewing_items as r on r.type = h.type and r.valid_from <= :as_of and r.valid_to >= :as_of
left join stg_item as i on i.item_code = r.item_code
