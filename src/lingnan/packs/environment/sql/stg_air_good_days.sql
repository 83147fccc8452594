-- One row is one month or year of a place under one edition of the index: how many days were judged, and how many were good.
with spread as (
    select d.level, d.place, d.edition, 'month' as kind, cast(date_trunc('month', d.day) as date) as period, d.aqi from air_day as d
    union all
    select d.level, d.place, d.edition, 'year' as kind, cast(date_trunc('year', d.day) as date) as period, d.aqi from air_day as d
)
select
    s.level, s.place, s.edition, s.kind, s.period, count(s.aqi) as judged,
    sum(case when s.aqi <= r.exceeding_above then 1 else 0 end) as good
from spread as s
join parameters.air_reporting as r on r.edition = s.edition
group by s.level, s.place, s.edition, s.kind, s.period
