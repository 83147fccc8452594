-- One row is one county: how many enterprises it has, and whether they reach the line.
select e.county, count(*) as enterprises, count(*) >= :watch_line as watched
from stg_enterprise as e
group by e.county
