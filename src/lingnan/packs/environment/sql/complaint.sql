-- One row is one complaint: what about, where, how many days its answer took, and whether it kept the limit; nothing of who complains.
select
    c.complaint_no, c.received_on, c.answered_on, date_diff('day', c.received_on, c.answered_on) as days, c.category, k.zh as category_zh,
    k.en as category_en, c.channel, c.city, c.outcome, c.answered_on is not null as answered,
    date_diff('day', c.received_on, coalesce(c.answered_on, :as_of)) <= :complaint_days as in_time, c.longitude, c.latitude
from shengtai.complaint as c
join parameters.complaint_kinds as k on k.category = c.category
