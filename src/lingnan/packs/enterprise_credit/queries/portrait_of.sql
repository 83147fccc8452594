-- One row is one dimension of the portrait.
select t.title_zh, t.title_en, t.base, t.points, t.score
from portrait as t
where t.uscc = :uscc
order by t.dimension
