-- One row is one thing that counts in an entity's portrait, with how often; repaired and ended penalties do not count.
select e.uscc, 'years_open' as item, cast(greatest(0, year(:as_of) - year(e.founded_on)) as bigint) as number
from stg_entity as e
where e.founded_on is not null
union all
select e.uscc, 'in_business' as item, 1 as number
from stg_entity as e
where e.status in (select s.status from parameters.open_status as s)
union all
select e.uscc, concat('tax_', lower(e.tax_grade)) as item, 1 as number
from stg_entity as e
where e.tax_grade is not null
union all
select n.uscc, concat('penalty_', n.severity) as item, count(*) as number
from notice as n
group by n.uscc, n.severity
union all
select l.uscc, concat('list_', l.list) as item, count(*) as number
from listed_now as l
group by l.uscc, l.list
union all
select f.uscc, 'licence' as item, count(*) as number
from credit_fact as f
where f.kind = :licence and f.decided_on <= :as_of and (f.expires_on is null or f.expires_on > :as_of)
group by f.uscc
union all
select r.uscc, concat('report_', r.standing) as item, count(*) as number
from annual_report as r
group by r.uscc, r.standing
union all
select i.uscc, case when i.failed then 'inspection_failed' else 'inspection_clean' end as item, count(*) as number
from inspection as i
where i.inspected_on > cast(:as_of - :inspected_months * interval 1 month as date)
group by i.uscc, i.failed
union all
select e.uscc, 'parent_listed' as item, count(*) as number
from stg_entity as e
join listed_now as l on l.uscc = e.parent_uscc and l.colour = 'black'
group by e.uscc
union all
select e.parent_uscc as uscc, 'branch_listed' as item, count(*) as number
from stg_entity as e
join listed_now as l on l.uscc = e.uscc and l.colour = 'black'
where e.parent_uscc is not null
group by e.parent_uscc
