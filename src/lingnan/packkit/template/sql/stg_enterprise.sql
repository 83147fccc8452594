-- One row is one enterprise on the register that has not closed, with the county it is registered in.
select e.entry_id, substr(e.division, 1, 6) as county
from registers.entities as e
where e.division is not null
