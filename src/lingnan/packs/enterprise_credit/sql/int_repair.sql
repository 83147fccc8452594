-- One row is one penalty whose repair was granted: it takes effect on the day granted, but not before the least time of the edition applied under.
select d.fact, d.repair_no, d.applied_on, d.earliest_on, greatest(d.decided_on, d.earliest_on) as repaired_on, d.applied_on < d.earliest_on as premature,
  d.known_on
from (
  select f.fact, r.repair_no, r.applied_on, r.decided_on, coalesce(r.recorded_on, r.decided_on) as known_on,
    cast(f.decided_on + coalesce(y.min_months, 0) * interval 1 month as date) as earliest_on,
    row_number() over (partition by f.fact order by r.decided_on, r.recorded_on, r.repair_no) as place
  from stg_repair as r
  join credit_fact as f on f.uscc = r.uscc and f.document_no = r.document_no and f.kind = :penalty
  left join parameters.publicity_periods as y
    on y.severity = f.severity and y.guarded = f.guarded and r.applied_on between y.valid_from and y.valid_to
  where r.granted and r.decided_on >= f.decided_on
) as d
where d.place = 1
