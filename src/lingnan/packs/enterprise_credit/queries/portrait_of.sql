-- One row is one dimension of the portrait.
select t.dimension, t.base, t.points, t.score
from portrait as t
where t.uscc = :uscc
order by t.dimension
