-- One row is one entity at one of three days: what was known of it by then, and whether a grave outcome came within the time looked ahead.
with origin as (
  select 'learn' as origin, cast(:as_of - (:card_months + :card_months) * interval 1 month as date) as day
  union all
  select 'test' as origin, cast(:as_of - :card_months * interval 1 month as date) as day
  union all
  select 'now' as origin, :as_of as day
), happened as (
  select f.uscc, case f.kind when :licence then 'licence' else 'penalty' end as what, f.decided_on as day
  from credit_fact as f
  where f.kind in (:licence, :penalty)
  union all
  select f.uscc, 'grave' as what, f.decided_on as day from credit_fact as f where f.kind = :penalty and f.severity = 'serious'
  union all
  select l.uscc, case l.list when 'serious' then 'grave' when 'court_enforcement' then 'enforcement' else l.list end as what, l.listed_from as day
  from int_listing as l
  union all
  select r.uscc, 'report' as what, r.due_on as day from annual_report as r where r.standing in ('late', 'missing')
  union all
  select i.uscc, 'inspection' as what, i.inspected_on as day from inspection as i where i.failed
), counted as (
  select o.origin, h.uscc, count(*) filter (where h.what = 'licence' and h.day <= o.day) as licences,
    count(*) filter (where h.what = 'penalty' and h.day <= o.day) as penalties,
    count(*) filter (where h.what = 'enforcement' and h.day <= o.day) as enforcements,
    count(*) filter (where h.what = 'tax_arrears' and h.day <= o.day) as arrears, count(*) filter (where h.what = 'honour' and h.day <= o.day) as honours,
    count(*) filter (where h.what = 'report' and h.day <= o.day) as late_reports,
    count(*) filter (where h.what = 'inspection' and h.day <= o.day) as failed_inspections,
    count(*) filter (where h.what in ('grave', 'enforcement') and h.day > o.day and h.day <= o.day + :card_months * interval 1 month) as bad
  from happened as h
  cross join origin as o
  group by o.origin, h.uscc
)
select o.origin, e.uscc, greatest(0, year(o.day) - year(e.founded_on)) as years_open, coalesce(c.licences, 0) as licences,
  coalesce(c.penalties, 0) as penalties, coalesce(c.enforcements, 0) as enforcements, coalesce(c.arrears, 0) as arrears,
  coalesce(c.honours, 0) as honours, coalesce(c.late_reports, 0) as late_reports, coalesce(c.failed_inspections, 0) as failed_inspections,
  coalesce(c.bad, 0) > 0 as bad
from stg_entity as e
join origin as o on e.founded_on <= o.day and (e.closed_on is null or e.closed_on > o.day)
left join counted as c on c.uscc = e.uscc and c.origin = o.origin
