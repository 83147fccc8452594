-- One row is the enterprise.
select t.uscc, t.entity, t.division, t.industry, t.founded_on, t.tax_grade, t.licences, t.penalties, t.disputed, t.watch, t.black, t.red
from entity_profile as t
order by t.uscc
