"""The tables of `HOME/audit.db`: entries, kept nodes of their tree, its head, its sealed and signed checkpoints, up to where it was verified."""

from typing import Final

LEAF_COLUMNS: Final = ("number", "at", "kind", "subject", "action", "resource", "outcome", "purpose", "intent", "facts")
"""The columns a leaf covers: all but the leaf's own hash."""

SELECT_LEAVES: Final = f"select {', '.join(LEAF_COLUMNS)}, leaf from entry where number > ? and number <= ? order by number"

ABOUT: Final = "iif(json_valid(facts), json_extract(facts, '$.about'), null)"
"""The keyed name of the one record that an entry is about; indexed, so also facts that somebody spoilt must be read."""

# STRICT keeps the stored type of every value, so that equal bytes are equal values. The triggers stop honest mistakes
# only; who can write the file can drop them, and is found by the tree.
SCHEMA: Final = f"""
create table if not exists entry (
  number integer primary key, at text not null, kind text not null, subject text not null, action text not null,
  resource text not null, outcome text not null, purpose text not null, intent integer not null, facts text not null,
  leaf blob not null) strict;
create unique index if not exists entry_intent on entry (intent) where intent > 0;
create index if not exists entry_open on entry (number) where kind = 'intent';
drop index if exists entry_about;
create index if not exists entry_record on entry ({ABOUT}) where {ABOUT} is not null;
create index if not exists entry_verify on entry (number) where action = 'log.verify';
create table if not exists checkpoint (size integer primary key, at text not null, frontier blob not null, seal blob not null) strict;
create table if not exists node (level integer not null, place integer not null, hash blob not null, primary key (level, place)) strict;
create table if not exists note (size integer primary key, at text not null, body text not null) strict;
create table if not exists signature (
  size integer not null, signer text not null, kind text not null, at text not null, line text not null, primary key (size, signer)) strict;
create table if not exists witness (
  key text primary key, signer text not null, algorithm text not null, public blob not null, at text not null) strict;
create table if not exists verified (
  one integer primary key check (one = 1), at text not null, frontier blob not null, seal blob not null) strict;
create table if not exists head (
  one integer primary key check (one = 1), algorithm text not null, frontier blob not null, seal blob not null) strict;
create trigger if not exists entry_kept_update before update on entry begin select raise(abort, 'the log is only added to'); end;
create trigger if not exists entry_kept_delete before delete on entry begin select raise(abort, 'the log is only added to'); end;
"""
