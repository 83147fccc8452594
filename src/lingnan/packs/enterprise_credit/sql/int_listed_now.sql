-- One row is one list entry in force on the day, as it is known on the day.
select l.base, l.list, l.colour, l.uscc
from list_entry as l
where :as_of between l.listed_from and l.listed_to and :as_of between l.known_from and l.known_to
