-- One row is one attribute of an entity today with the points of its bin and what it lost; none unless the card did better than one attribute.
select v.uscc, v.attribute, b.points, m.most - b.points as lost, b.version
from (
  select r.uscc, 'years_open' as attribute, r.years_open as number from int_card_row as r where r.origin = 'now'
  union all
  select r.uscc, 'licences' as attribute, r.licences as number from int_card_row as r where r.origin = 'now'
  union all
  select r.uscc, 'penalties' as attribute, r.penalties as number from int_card_row as r where r.origin = 'now'
  union all
  select r.uscc, 'enforcements' as attribute, r.enforcements as number from int_card_row as r where r.origin = 'now'
  union all
  select r.uscc, 'arrears' as attribute, r.arrears as number from int_card_row as r where r.origin = 'now'
  union all
  select r.uscc, 'honours' as attribute, r.honours as number from int_card_row as r where r.origin = 'now'
  union all
  select r.uscc, 'late_reports' as attribute, r.late_reports as number from int_card_row as r where r.origin = 'now'
  union all
  select r.uscc, 'failed_inspections' as attribute, r.failed_inspections as number from int_card_row as r where r.origin = 'now'
) as v
join int_card as b on b.attribute = v.attribute and (b.low is null or v.number >= b.low) and (b.high is null or v.number < b.high)
join (select c.attribute, max(c.points) as most from int_card as c group by c.attribute) as m on m.attribute = v.attribute
where b.auc > b.single_auc
