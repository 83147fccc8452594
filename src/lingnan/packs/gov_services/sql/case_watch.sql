-- One row is one running case and its card: yellow from a share of its time, red after it is due.
select c.case_no, c.item_code, c.item_name, c.city, c.authority, c.accepted_on, c.due_on, c.used_share, c.card
from int_case_state as c
where not c.closed
