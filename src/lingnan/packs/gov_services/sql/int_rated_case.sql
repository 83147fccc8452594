-- One row is one rating of a case of an item in force.
select
  r.case_no, c.item_code, c.item_name, c.city, c.authority, r.score, l.level, r.by_default, r.score < :satisfied_from as poor, r.tag, r.rated_on,
  r.revisited_on, r.fixed_on
from zhengwu.case_rating as r
inner join int_case_state as c on c.case_no = r.case_no
inner join parameters.rating_levels as l on l.score = r.score and l.valid_from <= r.rated_on and l.valid_to >= r.rated_on
