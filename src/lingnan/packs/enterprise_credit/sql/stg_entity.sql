-- One row is one legal entity on the register; individually owned businesses are natural persons and left out.
select e.uscc, e.name, substr(e.division, 1, 6) as county, substr(e.industry, 1, 2) as industry, e.founded_on, e.status, e.closed_on, e.tax_grade,
  e.parent_uscc
from registers.entities as e
where e.kind is null or e.kind not in (select x.kind from parameters.natural_kinds as x)
