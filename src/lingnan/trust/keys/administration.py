"""What a security officer does with keys: each act is decided by policy first, and told in the log before and after."""

from collections.abc import Callable
from datetime import datetime

from lingnan.trust.keys.key_ring import KeyRing
from lingnan.trust.keys.shapes import KeyCard, KeyPurpose
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import writing
from lingnan.trust.shapes import Subject

VIEW, ROTATE = "trust.keys.view", "trust.keys.rotate"


class KeyAdministration:
    """Sees, rotates, adopts and ends keys for a subject. `allow` is the policy point (`Trust.allow`)."""

    def __init__(self, ring: KeyRing, audit: AuditLog, allow: Callable[[Subject, str, str], object]) -> None:
        self._ring, self._audit, self._allow = ring, audit, allow

    def cards(self, subject: Subject) -> list[KeyCard]:
        """Every key, without private parts."""
        self._allow(subject, VIEW, "keys")
        return self._ring.cards()

    def rotate(self, subject: Subject, purpose: KeyPurpose, expected: str = "") -> KeyCard:
        """Rotate a purpose's key; Conflict when another process was quicker."""
        self._allow(subject, ROTATE, f"key:{purpose}")
        return self._told(subject, "key.rotate", f"key:{purpose}", lambda: self._ring.rotate(purpose, expected))

    def adopt(self, subject: Subject, purpose: KeyPurpose, module: str, token: str, label: str) -> KeyCard:
        """Take a key in a token as the purpose's next one."""
        self._allow(subject, ROTATE, f"key:{purpose}")
        return self._told(subject, "key.adopt", f"key:{purpose}", lambda: self._ring.adopt(purpose, module, token, label))

    def compromise(self, subject: Subject, key_id: str, since: datetime, reason: str) -> KeyCard:
        """State that a key was in wrong hands since a moment; its purpose gets a new one at once."""
        self._allow(subject, ROTATE, f"key:{key_id}")
        return self._told(subject, "key.compromise", f"key:{key_id}", lambda: self._ring.compromise(key_id, since, reason))

    def _told(self, subject: Subject, action: str, resource: str, act: Callable[[], KeyCard]) -> KeyCard:
        with writing(self._audit, subject, action, resource) as begun:
            card = act()
            begun.tell(key=card.id, purpose=card.purpose, suite=card.suite, algorithm=card.algorithm, state=card.state, place=card.place)
        return card
