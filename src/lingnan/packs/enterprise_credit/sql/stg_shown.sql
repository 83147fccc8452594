-- One row is one licence or penalty with the day on which the credit site first showed it.
select r.uscc, r.document_kind, r.document_no, min(r.published_on) as published_on
from fagai.publicity_record as r
group by r.uscc, r.document_kind, r.document_no
