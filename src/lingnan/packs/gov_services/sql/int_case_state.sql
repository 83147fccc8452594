-- One row is one case of an item in force: whether it came online, is closed or overdue, and its card.
with online as (
  select o.channel from parameters.online_channels as o where o.valid_from <= :as_of and o.valid_to >= :as_of
), used as (
  select
    c.case_no, c.item_code, i.item_name, c.city, c.county, i.authority, c.accepted_on, c.due_on, c.finished_on, o.channel is not null as online,
    c.finished_on is not null as closed, coalesce(c.finished_on, :as_of) > c.due_on as overdue,
    case
      when c.due_on > c.accepted_on
      then cast(100 * date_diff('day', c.accepted_on, coalesce(c.finished_on, :as_of)) as double) / date_diff('day', c.accepted_on, c.due_on)
      else cast(100 * 1 as double)
    end as used_share
  from stg_case as c
  inner join stg_item as i on i.item_code = c.item_code
  left join online as o on o.channel = c.channel
)
select
  u.case_no, u.item_code, u.item_name, u.city, u.county, u.authority, u.accepted_on, u.due_on, u.finished_on, u.online, u.closed, u.overdue, u.used_share,
  case when u.closed then null when u.overdue then 'red' when u.used_share >= :yellow_share then 'yellow' else 'green' end as card
from used as u
