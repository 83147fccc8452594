"""Work that moves through people: flows as data, cases, deadlines in working days, alerts, notices."""

__all__ = ()
