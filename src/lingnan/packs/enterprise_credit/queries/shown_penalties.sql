-- One row is one penalty that is shown on the day.
select p.document_no, p.severity, p.edition, p.visible_from, p.visible_to, p.ends_by
from publicity as p
where p.uscc = :uscc and :day between p.visible_from and p.visible_to and :known_on between p.known_from and p.known_to
order by p.visible_from, p.document_no
