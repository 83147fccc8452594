-- One row is one number of factors that was tried: the squared residuals left, how many were to be expected, and whether that number was chosen.
select
    f.number, min(f.q) as q, min(f.expected) as expected, min(f.q) / min(f.expected) as ratio,
    max(case when f.chosen then 1 else 0 end) = 1 as chosen
from int_air_factor as f
group by f.number
