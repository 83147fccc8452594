-- One row is one random inspection of a legal entity on the register, with its result.
select i.inspection_no, i.uscc, e.name as entity, e.county as division, i.item, i.result, coalesce(r.failed, false) as failed,
  i.authority, i.inspected_on
from shichang.inspection as i
join stg_entity as e on e.uscc = i.uscc
left join parameters.inspection_results as r on r.result = i.result and i.inspected_on between r.valid_from and r.valid_to
where i.inspected_on <= :as_of
