-- One row is one month.
select m.section_no, m.name, m.month, m.water_class, m.main_indicators, m.attained
from water_month as m
where m.section_no = :section
order by m.month
