-- One row is one way of handling the running cases of an item, with the reason where a person handles them.
select
  a.item_code, a.answer, coalesce(a.reason, '') as reason, min(i.item_name) as item_name, min(i.authority) as authority,
  count(*) as cases
from automatic_case as a
inner join stg_item as i on i.item_code = a.item_code
group by a.item_code, a.answer, coalesce(a.reason, '')
