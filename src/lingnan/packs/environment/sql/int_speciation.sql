-- One row is one component of one sample of particles as delivered.
select s.sample_no, s.station_no, s.city, s.day, s.species, cast(s.value as double) as value, cast(s.uncertainty as double) as uncertainty
from shengtai.speciation as s
where s.value is not null and s.uncertainty is not null
