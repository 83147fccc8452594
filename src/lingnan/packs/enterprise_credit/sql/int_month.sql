-- One row is one month that is watched, with its last day.
select m.month, cast(m.month + interval 1 month - interval 1 day as date) as last_day
from (select distinct cast(date_trunc('month', w.day) as date) as month from int_working_day as w) as m
where m.month > cast(:as_of - :watched_months * interval 1 month as date) and m.month <= :as_of
