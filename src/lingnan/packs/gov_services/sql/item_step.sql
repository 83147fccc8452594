-- One row is one step in handling an item in force.
select s.item_code, s.step_no, s.step, s.handler, s.max_days
from zhengwu.item_step as s
inner join stg_item as i on i.item_code = s.item_code
