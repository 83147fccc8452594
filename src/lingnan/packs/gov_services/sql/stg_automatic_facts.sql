-- One row is one running case with what registers know of its applicant; facts of the other kind of applicant are null.
select
  c.case_no, c.item_code, c.city, c.materials_trusted, p.citizen_number is not null or e.uscc is not null as in_register,
  case when p.citizen_number is not null then p.death_date is null or p.death_date > c.accepted_on end as living,
  extract(year from c.accepted_on) - extract(year from p.birth_date) - case
    when extract(month from c.accepted_on) < extract(month from p.birth_date)
      or (extract(month from c.accepted_on) = extract(month from p.birth_date) and extract(day from c.accepted_on) < extract(day from p.birth_date))
    then 1 else 0
  end as age,
  case when p.citizen_number is not null then p.school_code is not null end as at_school,
  case when p.citizen_number is not null then p.employer_uscc is not null end as employed,
  case when e.uscc is not null then e.status = '1' and (e.closed_on is null or e.closed_on > c.accepted_on) end as active,
  c.repeated or coalesce(p.conflicts, e.conflicts, 0) > 0 as flagged
from stg_running_case as c
left join registers.people as p on p.citizen_number = case c.applicant_kind when 'natural' then c.applicant_number end
left join registers.entities as e on e.uscc = case c.applicant_kind when 'legal' then c.applicant_number end
