-- One row is one entity by the card: the fewer points the earlier it is looked at, with the reasons that cost it most. It decides nothing.
with reason as (
  select p.uscc, p.attribute, p.lost, row_number() over (partition by p.uscc order by p.lost desc, p.attribute) as place
  from int_card_point as p
  where p.lost > 0
), scored as (
  select p.uscc, sum(p.points) as score, max(p.version) as version from int_card_point as p group by p.uscc
)
select s.uscc, e.name as entity, e.county as division, s.score, row_number() over (order by s.score, s.uscc) as place, r.attribute as main_reason,
  r.lost as main_reason_points, n.reasons, s.version
from scored as s
join stg_entity as e on e.uscc = s.uscc
left join reason as r on r.uscc = s.uscc and r.place = 1
left join (select x.uscc, count(*) as reasons from reason as x group by x.uscc) as n on n.uscc = s.uscc
