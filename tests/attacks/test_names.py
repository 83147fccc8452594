"""F34: one name, one account, however it is written; rare characters stay, invisible ones do not pass. Numbers in any form: tests/standards."""

import unicodedata

import pytest

from lingnan.base import Conflict, LingnanError, Missing, WrongUse
from lingnan.storage import Storage
from lingnan.trust import Account
from tests.access.ground import Ground

ONE = (("caf\u00e9", "cafe\u0301"), ("admin", "ａｄｍｉｎ"), ("zhao.min", "Zhao.Min"), ("ﬁnance", "finance"), ("straße", "STRASSE"), ("k", "\u212a"))


@pytest.mark.parametrize(("first", "second"), ONE)
def test_two_spellings_of_a_name_are_not_two_accounts(ground: Ground, first: str, second: str) -> None:
    accounts = ground.hub.trust.accounts
    for name in (first, second):
        try:
            accounts.make_account(f"{name}.x", "甲", "A")
        except (Conflict, WrongUse):
            continue
    with ground.hub.storage.reading() as session:
        alike = unicodedata.normalize("NFKC", f"{first}.x").casefold()
        held = [account.name for account in session.query(Account) if unicodedata.normalize("NFKC", account.name).casefold() == alike]
    assert len(held) == 1


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u0000", "\u007f", "\u3000", "\ue000", "\ud800",
    "\u034f", "\u115f", "\u3164", "\ufe0f", "\U000e0100"])
def test_no_sign_that_cannot_be_seen_stands_in_a_name(ground: Ground, sign: str) -> None:
    with pytest.raises(WrongUse):
        ground.hub.trust.accounts.make_account(f"zh{sign}ao", "甲", "A")


@pytest.mark.parametrize(("name", "says"), [
    ("\u0430dmin", "cyrillic, latin"), ("adm\u0456n", "cyrillic, latin"), ("r\u03bfot", "greek, latin"), ("赵\u0430", "cyrillic, han"),
    ("王\u30ab", "han, katakana"), ("\u0430\u0441\u0435", "cyrillic letters alone"), ("\u0441\u043e\u0441\u043e.1", "cyrillic letters alone"),
    ("\u0451\u0445", "cyrillic letters alone"), ("\u03bf\u03bd", "greek letters alone"), ("\u30ed", "katakana letters alone"),
    ("adm\u0131n", "\u0131"), ("\u0251dmin", "\u0251"), ("admin\u0661", "\u0661"), ("zhao\u2010min", "\u2010"), ("\u13cf\u13c6", "\u13cf"),
    ("王、", "、"),
])
def test_no_name_passes_for_another_by_look_alike_letters(ground: Ground, name: str, says: str) -> None:
    """Unicode UTS 39: mixed scripts, a whole name of look-alikes, phonetic letters, digits and hyphens of other scripts."""
    with pytest.raises(WrongUse) as wrong:
        ground.hub.trust.accounts.make_account(name, "甲", "A")
    assert says in wrong.value.en
    assert wrong.value.zh != wrong.value.en


@pytest.mark.parametrize("name", ["Петров", "Ελλη", "ابراهيم", "བསོད་ནམས་", "ꆈꌠ", "김민수", "赵min-2", "lü.buwei", "〇七", "㐀\ufa0e"])
def test_a_name_of_one_script_is_a_name(ground: Ground, name: str) -> None:
    made = ground.hub.trust.accounts.make_account(name, "甲", "A")
    assert ground.hub.trust.accounts.account(name).id == made


@pytest.mark.parametrize("name", ["赵敏", "𠮷田", "㑇文", "ö.müller", "李·买买提", "𪚥"])
def test_rare_characters_are_names_and_come_back_exactly(ground: Ground, name: str) -> None:
    accounts = ground.hub.trust.accounts
    made = accounts.make_account(name, name, name)
    assert accounts.account(made).name == unicodedata.normalize("NFC", name)
    assert accounts.account(name).id == made


def test_a_name_is_typed_in_any_form_to_sign_in(ground: Ground) -> None:
    accounts, storage = ground.hub.trust.accounts, ground.hub.storage
    made = accounts.make_account("rené.l", "勒内", "René")
    assert isinstance(storage, Storage)
    with storage.reading() as session:
        for typed in ("rené.l", "rene\u0301.l", "ｒｅｎé.l", "René.L"):
            found = accounts.to_sign_in(session, typed)
            assert found is not None, typed
            assert found.id == made


@pytest.mark.parametrize("identity", ["\u200b", "e\u0301", "ＡＢＣ", "\u202e1", "𠮷", "a\x00b", "1" * 5000])
def test_a_strange_id_is_simply_not_there(ground: Ground, identity: str) -> None:
    for look in (ground.hub.trust.accounts.account, ground.hub.trust.grants.get, ground.hub.trust.overrides.card):
        with pytest.raises((Missing, WrongUse)):
            look(identity)
    with pytest.raises(LingnanError):
        ground.hub.office.casework.cases.sheet(identity, ground.subject("steward"))
