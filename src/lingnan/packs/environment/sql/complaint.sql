-- One row is one complaint: what about, where, how many days its answer took, and whether it kept the limit; nothing of who complains.
select
    c.complaint_no, c.received_on, c.answered_on, date_diff('day', c.received_on, c.answered_on) as days, c.category,
    c.channel, c.city, c.outcome, c.answered_on is not null as answered,
    date_diff('day', c.received_on, coalesce(c.answered_on, :as_of)) <= :complaint_days as in_time, c.longitude, c.latitude
from shengtai.complaint as c
