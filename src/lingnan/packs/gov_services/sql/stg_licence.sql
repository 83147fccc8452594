-- One row is one certificate that was not cancelled, withdrawn, revoked or declared void.
select l.licence_identifier, l.holder_kind, l.holder_number, l.type, l.issuer, l.issued_on, l.expires_on, l.trust_level,
  coalesce(l.state, '1') <> '2' and (l.expires_on is null or l.expires_on >= :as_of) as valid_now
from registers.licences as l
where l.holder_number is not null and coalesce(l.state, '1') not in ('3', '4', '5', '6')
