-- One row is one piece of evidence behind a dimension of an entity's portrait: what was counted, how often, and the points it gives or takes.
select p.uscc, i.dimension, p.item, i.title_zh, i.title_en, p.number, i.points as points_each, i.most, i.points * least(p.number, i.most) as points
from int_portrait_item as p
join parameters.portrait_items as i on i.item = p.item and :as_of between i.valid_from and i.valid_to
