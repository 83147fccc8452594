"""What the doctor finds amiss in a hub: a damaged log, files, keys past due, mails that were given up; a sound one has nothing."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from lingnan.base import load_settings
from lingnan.casework.notice_records import MailMessage
from lingnan.hub import Hub, examine_hub
from lingnan.trust.keys.records import SigningKeyRecord
from tests.back_ends import Furnish


@pytest.fixture
def hub(tmp_path: Path, furnish: Furnish):
    with Hub.open(load_settings(furnish(tmp_path))) as opened:
        yield opened


def amiss(hub: Hub) -> set[str]:
    return {each.part for each in examine_hub(hub) if not each.present}


def test_a_sound_hub_has_nothing_amiss(hub: Hub) -> None:
    hub.trust.record("note", "system", "test", "hub", "done")
    assert amiss(hub) == set()
    assert {each.part for each in examine_hub(hub)} == {"audit", "attachments", "keys", "mail", "webhooks"}


def test_what_is_amiss_is_told(hub: Hub, tmp_path: Path) -> None:
    number = hub.trust.record("note", "system", "test", "hub", "done")
    now = hub.clock.now()
    with hub.storage.session() as session:
        session.add(MailMessage(
            account="a", event_id="e", address="x@example.gov.cn", lang="zh", subject="s", lines=[], message_id="m", state="failed", made_at=now,
            due_at=now,
        ))
        session.execute(update(SigningKeyRecord).values(due_at=now - timedelta(days=1)))
    with closing(sqlite3.connect(tmp_path / "audit.db")) as log:
        for (trigger,) in log.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            log.execute(f'drop trigger "{trigger}"')
        log.execute("update entry set outcome = 'other' where number = ?", (number,))
        log.commit()
    assert amiss(hub) == {"audit", "mail", "keys"}


def test_the_log_is_looked_at_from_where_it_was_sound_or_whole(hub: Hub, tmp_path: Path) -> None:
    for _each in range(5):
        hub.trust.record("note", "system", "test", "hub", "done")
    hub.trust.audit.checkpoint()
    assert amiss(hub) == set()
    with closing(sqlite3.connect(tmp_path / "audit.db")) as log:
        for (trigger,) in log.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            log.execute(f'drop trigger "{trigger}"')
        log.execute("update entry set outcome = 'other' where number = 3")
        log.commit()
    assert amiss(hub) == set(), "found sound a moment ago"
    assert {each.part for each in examine_hub(hub, whole=True) if not each.present} == {"audit"}
