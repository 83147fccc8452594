"""The log: what it keeps, what it refuses, and that any touched entry is found."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.base import Conflict, Damaged, FixedClock, Unavailable, WrongUse
from lingnan.trust import ANONYMOUS, AuditLog, Draft, HubKey, Verification, holds_personal_value, settle, writing
from lingnan.trust.log.schema import LEAF_COLUMNS
from lingnan.trust.log.tree import hash_by_name, leaf_bytes

SIZE = 2_300
NOW = datetime(2026, 10, 31, tzinfo=UTC)
KEY = HubKey(bytes(range(32)))
TEXTS = [name for name in LEAF_COLUMNS if name not in ("number", "intent")]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AuditLog]:
    opened = AuditLog(tmp_path / "audit.db", KEY, FixedClock(NOW))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "audit.db"
    log = AuditLog(path, KEY, FixedClock(NOW))
    for begin in range(0, SIZE, 100):
        log.record_many(Draft("decision", ANONYMOUS, "read", f"a.t{n % 7}", "allowed", facts={"n": n}) for n in range(begin, begin + 100))
    log.close()
    return path


@contextmanager
def tampered(written: Path, folder: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A copy of the log, open to a hand that may do anything but read the key."""
    path = folder / "tampered.db"
    shutil.copy(written, path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("drop trigger entry_kept_update")
    connection.execute("drop trigger entry_kept_delete")
    try:
        yield connection, path
    finally:
        connection.close()


def verify(path: Path) -> Verification:
    log = AuditLog(path, KEY, FixedClock(NOW))
    try:
        return log.verify()
    finally:
        log.close()


def covered(found: Verification, number: int) -> bool:
    return any(damage.first <= number <= damage.last for damage in found.damaged)


def test_an_untouched_log_is_sound_and_its_root_the_same_again(written: Path) -> None:
    found = verify(written)
    assert (found.entries, found.damaged, len(found.root)) == (SIZE, (), 64)
    assert verify(written).root == found.root


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(1, SIZE), column=st.sampled_from(TEXTS), added=st.text(min_size=1, max_size=3))
def test_any_edited_entry_is_found(written: Path, tmp_path: Path, number: int, column: str, added: str) -> None:
    with tampered(written, tmp_path) as (connection, path):
        # A BLOB cast keeps also texts that SQLite would not take as they are (NUL).
        connection.execute(f"update entry set {column} = cast({column} || ? as text) where number = ?", (added.replace("\0", "x"), number))
        try:
            assert covered(verify(path), number)
        finally:
            path.unlink()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(1, SIZE))
def test_any_removed_entry_is_found(written: Path, tmp_path: Path, number: int) -> None:
    with tampered(written, tmp_path) as (connection, path):
        connection.execute("delete from entry where number = ?", (number,))
        found = verify(path)
        assert [(damage.first, damage.last, damage.reason) for damage in found.damaged] == [(number, number, "removed")]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pair=st.lists(st.integers(1, SIZE), min_size=2, max_size=2, unique=True))
def test_any_two_swapped_entries_are_found(written: Path, tmp_path: Path, pair: list[int]) -> None:
    with tampered(written, tmp_path) as (connection, path):
        one, other = pair
        for number, to in ((one, -1), (other, one), (-1, other)):
            connection.execute("update entry set number = ? where number = ?", (to, number))
        found = verify(path)
        assert covered(found, one)
        assert covered(found, other)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.integers(0, SIZE - 1))
def test_any_truncation_is_found(written: Path, tmp_path: Path, kept: int) -> None:
    with tampered(written, tmp_path) as (connection, path):
        connection.execute("delete from entry where number > ?", (kept,))
        connection.execute("delete from checkpoint where size > ?", (kept,))
        found = verify(path)
        assert covered(found, SIZE)
        assert covered(found, kept + 1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(1, SIZE))
def test_an_entry_edited_together_with_its_hash_is_found_in_its_segment(written: Path, tmp_path: Path, number: int) -> None:
    with tampered(written, tmp_path) as (connection, path):
        row = list(connection.execute(f"select {', '.join(LEAF_COLUMNS)} from entry where number = ?", (number,)).fetchone())
        row[LEAF_COLUMNS.index("outcome")] = "refused"
        leaf = hash_by_name("sha256")(leaf_bytes(tuple(value if isinstance(value, int) else value.encode() for value in row)))
        connection.execute("update entry set outcome = 'refused', leaf = ? where number = ?", (leaf, number))
        found = verify(path)
        assert [damage.reason for damage in found.damaged] == ["rewritten"]
        assert covered(found, number)
        assert found.damaged[0].last - found.damaged[0].first < 1_000


def test_an_added_entry_a_forged_checkpoint_and_a_lost_head_are_found(written: Path, tmp_path: Path) -> None:
    columns = ", ".join(LEAF_COLUMNS[1:])
    with tampered(written, tmp_path) as (connection, path):
        connection.execute(f"insert into entry (number, {columns}, leaf) select {SIZE + 1}, {columns}, leaf from entry where number = 1")
        assert [damage.reason for damage in verify(path).damaged] == ["added"]
    with tampered(written, tmp_path) as (connection, path):
        connection.execute("update checkpoint set seal = zeroblob(32) where size = 1000")
        assert [(damage.first, damage.reason) for damage in verify(path).damaged] == [(1000, "checkpoint")]
    with tampered(written, tmp_path) as (connection, path):
        connection.execute("delete from head")
        assert "head" in {damage.reason for damage in verify(path).damaged}


def test_a_log_set_back_to_an_older_head_is_found_by_its_younger_checkpoint(written: Path, tmp_path: Path) -> None:
    with tampered(written, tmp_path) as (connection, path):
        connection.execute("update head set (frontier, seal) = (select frontier, seal from checkpoint where size = 1000)")
        connection.execute("delete from entry where number > 1000")
        found = verify(path)
        assert {damage.reason for damage in found.damaged} == {"head", "removed"}


def test_a_log_without_its_true_head_takes_no_more_entries(written: Path, tmp_path: Path) -> None:
    with tampered(written, tmp_path) as (connection, path):
        connection.execute("update head set frontier = zeroblob(8)")
        log = AuditLog(path, KEY, FixedClock(NOW))
        with pytest.raises(Damaged):
            log.record("decision", ANONYMOUS, "read", "a.t", "allowed")
        log.close()


def test_rows_of_the_log_cannot_be_changed_by_mistake(log: AuditLog) -> None:
    log.record("decision", ANONYMOUS, "read", "a.t", "allowed")
    with sqlite3.connect(log.path) as connection, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute("update entry set outcome = 'refused'")


def test_entries_are_numbered_from_one_and_read_back(log: AuditLog) -> None:
    assert log.record("decision", ANONYMOUS, "read", "a.t", "allowed", "study", {"columns": ["地区"]}) == 1
    assert log.record("decision", "operator", "read", "b.t", "refused") == 2
    entry = log.entry(1)
    assert entry is not None
    assert (entry.subject, entry.purpose, entry.facts, entry.at) == ("anonymous", "study", {"columns": ["地区"]}, NOW.isoformat())
    assert [entry.number for entry in log.entries(resource="b.t")] == [2]
    assert log.entry(3) is None


def test_a_write_is_an_intent_and_one_outcome(log: AuditLog) -> None:
    done, lost = log.intent("operator", "load", "a.t"), log.intent("operator", "load", "b.t")
    log.outcome(done, "done", {"rows": 3})
    assert [entry.number for entry in log.open_intents()] == [lost]
    for wrong in (done, 3, 99):
        with pytest.raises(WrongUse):
            log.outcome(wrong, "done")


@pytest.mark.parametrize("value", ["440103199001011234", "44010319900101123X", "13812345678", "电话:13812345678 转"])
def test_no_personal_value_enters_the_log(log: AuditLog, value: str) -> None:
    with pytest.raises(WrongUse):
        log.record("decision", ANONYMOUS, "read", "a.t", "allowed", facts={"asked": value})
    with pytest.raises(WrongUse):
        log.record("decision", ANONYMOUS, "read", value, "allowed")
    assert log.size() == 0


DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
CITIZENS = st.builds(
    lambda division, born, order, check: f"{division}{born:%Y%m%d}{order:03d}{check}",
    st.sampled_from(["110101", "440103", "445381", "820000"]), st.dates(date(1900, 1, 1), date(2026, 12, 31)), st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
MOBILES = st.builds(lambda head, rest: f"1{head}{rest:09d}", st.integers(3, 9), st.integers(0, 10**9 - 1))
PASSPORTS = st.builds(lambda head, rest: f"{head}{rest:08d}", st.sampled_from("EGDSP"), st.integers(0, 10**8 - 1)) | st.builds(
    lambda head, rest: f"E{head}{rest:07d}", st.sampled_from("ABJK"), st.integers(0, 10**7 - 1)
)


@settings(max_examples=300, deadline=None)
@given(
    value=CITIZENS | MOBILES | PASSPORTS, form=st.sampled_from(["plain", "wide", "spaced"]),
    around=st.sampled_from(["{}", "号码{}。", "id={};", '{{"a":"{}"}}', "（{}）", "a {} b"]),
)
def test_no_made_number_of_a_person_passes_in_any_form(value: str, form: str, around: str) -> None:
    if form == "wide":
        value = value.translate(DIGITS)
    elif form == "spaced" and len(value) == 18:
        value = f"{value[:6]} {value[6:14]}-{value[14:]}"
    elif form == "spaced" and len(value) == 11:
        value = f"{value[:3]}-{value[3:7]} {value[7:]}"
    assert holds_personal_value(around.format(value))


@settings(max_examples=300, deadline=None)
@given(st.uuids() | st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC).isoformat()) | st.binary(min_size=16, max_size=16).map(bytes.hex))
def test_ids_and_times_pass(value: object) -> None:
    assert not holds_personal_value(f'{{"id":"{value}"}}')


def test_counts_and_firms_are_no_personal_values(log: AuditLog) -> None:
    facts = {"rows": 13812345678, "list": [13812345678, 1], "uscc": "91440101MA5CX00X01", "id": "01a1fabe-8e34-702c-900e-a59d6077a01d"}
    assert log.record("decision", ANONYMOUS, "read", "a.t", "allowed", facts=facts) == 1


def test_a_write_says_how_it_ended(log: AuditLog) -> None:
    with writing(log, "operator", "load", "a.t", "duty", {"batch": "b1"}) as told:
        told.tell(rows=3)
    with pytest.raises(Conflict), writing(log, "operator", "load", "a.t"):
        raise Conflict("冲突。", "Conflict.")
    ends = [(entry.outcome, entry.facts) for entry in log.entries() if entry.kind == "outcome"]
    assert ends == [("done", {"rows": 3}), ("failed", {"error": "Conflict"})]
    assert log.open_intents() == []


def test_open_writes_of_dead_processes_are_settled_and_no_others(log: AuditLog) -> None:
    script = (
        "import sys, os, signal; from datetime import UTC, datetime; from pathlib import Path\n"
        "from lingnan.base import FixedClock; from lingnan.trust import AuditLog, HubKey, writing\n"
        "log = AuditLog(Path(sys.argv[1]), HubKey(bytes(range(32))), FixedClock(datetime(2026, 10, 31, tzinfo=UTC)))\n"
        "with writing(log, 'operator', 'load', 'a.t'), writing(log, 'operator', 'build', 'b.t'), writing(log, 'operator', 'other', 'c.t'):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(log.path)], check=False).returncode == -9
    nobody = log.intent("operator", "old", "d.t")
    with writing(log, "operator", "load", "mine") as mine:
        settled = settle(log, {"load": lambda intent: ("done", {"rows": 7}), "build": lambda intent: None})
        assert [(each.intent.resource, each.outcome) for each in settled] == [
            ("a.t", "done"), ("b.t", "abandoned"), ("c.t", "abandoned"), ("d.t", "abandoned")
        ]
        assert [intent.number for intent in log.open_intents()] == [mine.number]
    assert nobody == settled[-1].intent.number
    assert all(each.zh and each.en for each in settled)
    assert settle(log) == []
    assert log.verify().sound


def test_a_full_disk_raises_and_leaves_the_log_sound(log: AuditLog) -> None:
    log.record("decision", ANONYMOUS, "read", "a.t", "allowed")
    pages = log._connection.execute("pragma page_count").fetchone()[0]
    log._connection.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(Unavailable):
        log.record_many(Draft("decision", ANONYMOUS, "read", "a.t", "allowed", facts={"n": n}) for n in range(2_000))
    assert log.verify().sound
    assert log.size() == 1


def test_threads_and_two_openers_share_one_tree(tmp_path: Path) -> None:
    logs = [AuditLog(tmp_path / "audit.db", KEY, FixedClock(NOW)) for _ in range(2)]

    def write(log: AuditLog) -> None:
        for _ in range(50):
            log.record("decision", ANONYMOUS, "read", "a.t", "allowed")

    threads = [threading.Thread(target=write, args=(logs[n % 2],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = logs[0].verify()
    assert (found.entries, found.damaged) == (200, ())
    for log in logs:
        log.close()


def test_checkpoints_come_by_number_and_by_time(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    log = AuditLog(tmp_path / "audit.db", KEY, clock)
    log.record_many(Draft("decision", ANONYMOUS, "read", "a.t", "allowed") for _ in range(1_001))
    log.record("decision", ANONYMOUS, "read", "a.t", "allowed")
    clock.advance(timedelta(minutes=2))
    log.record("decision", ANONYMOUS, "read", "a.t", "allowed")
    assert [row[0] for row in log._connection.execute("select size from checkpoint order by size")] == [1_001, 1_003]
    log.close()


def test_a_pseudonym_is_stable_keyed_and_says_nothing() -> None:
    name = KEY.pseudonym("person", "440103199001011234")
    assert name == KEY.pseudonym("person", "440103199001011234")
    assert name != HubKey(bytes(32)).pseudonym("person", "440103199001011234")
    assert "4401" not in name.split(":")[1][:4] or len(name.split(":")[1]) == 32


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    assert HubKey.open(tmp_path).seal("a", b"b") == HubKey.open(tmp_path).seal("a", b"b")
    path = tmp_path / "keys" / "hub.key"
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"short")
    with pytest.raises(Damaged):
        HubKey.open(tmp_path)
