-- One row is one penalty that the public sees today; what was repaired or has run out is not here.
select f.fact, f.uscc, f.entity, f.division, f.industry, f.document_no, f.content, f.authority, f.decided_on, f.published_on, f.penalty_kind, f.fine,
  f.severity, w.earliest_application, w.automatic_end, w.disputed
from publicity as p
join credit_fact as f on f.fact = p.fact
join repair_window as w on w.fact = p.fact
where :as_of between p.visible_from and p.visible_to and :as_of between p.known_from and p.known_to
