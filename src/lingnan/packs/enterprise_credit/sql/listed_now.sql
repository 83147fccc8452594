-- One row is one list entry in force today, as it is known today.
select l.base, l.list, l.colour, l.uscc, l.entity, l.division, l.document_no, l.authority, l.law, l.listed_from,
  case when year(l.listed_to) < :open_year then l.listed_to end as listed_to
from list_entry as l
where :as_of between l.listed_from and l.listed_to and :as_of between l.known_from and l.known_to
