-- One row is one dimension of an entity's portrait: the dimension's base and the points of its evidence, kept between nought and the full mark.
select e.uscc, d.dimension, e.name as entity, e.county as division, e.industry, d.title_zh, d.title_en, d.base,
  coalesce(v.pieces, 0) as pieces, coalesce(v.points, 0) as points, least(:full_mark, greatest(0, d.base + coalesce(v.points, 0))) as score
from stg_entity as e
cross join parameters.portrait_dimensions as d
left join (
  select p.uscc, p.dimension, count(*) as pieces, sum(p.points) as points
  from portrait_evidence as p
  group by p.uscc, p.dimension
) as v on v.uscc = e.uscc and v.dimension = d.dimension
where :as_of between d.valid_from and d.valid_to and (e.closed_on is null or e.closed_on > :as_of)
