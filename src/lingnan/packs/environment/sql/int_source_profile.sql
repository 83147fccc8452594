-- One row is one component of the profile of one source, with the days on which that edition holds.
select p.source, p.species, p.share, p.uncertainty, p.valid_from, p.valid_to
from parameters.source_profiles as p
