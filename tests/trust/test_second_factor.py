"""TOTP by the vectors of RFC 6238, used once; recovery codes; nothing readable at rest."""

import base64
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pyotp
import pytest
from sqlalchemy import update

from lingnan.base import Damaged, FixedClock, Missing, load_settings
from lingnan.storage import Storage
from lingnan.trust import HubKey, SecondFactor, SignInRules, Trust
from lingnan.trust.identity.records import AccountTotp
from tests.back_ends import at_rest

pytestmark = pytest.mark.on_both

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VECTORS = [
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037"),
    (20000000000, "65353130"),
]
"""RFC 6238 appendix B, SHA-1; of its eight digits the last six are the code of six digits."""


@pytest.fixture
def citizen(trust: Trust) -> str:
    return trust.accounts.make_account("chenxiu", "陈秀", "Chen Xiu", kind="citizen")


@pytest.fixture
def factor(trust: Trust) -> SecondFactor:
    return trust.sign_in.second_factor


def enrolled(factor: SecondFactor, account: str, clock: FixedClock) -> tuple[str, tuple[str, ...]]:
    secret = factor.enrol(account, "chenxiu").secret
    codes = factor.confirm(account, pyotp.TOTP(secret).at(clock.now()))
    assert codes is not None
    return secret, codes


@pytest.mark.parametrize(("at", "digits"), RFC_VECTORS)
def test_codes_are_those_of_the_standard(trust: Trust, citizen: str, clock: FixedClock, tmp_path: Path, at: int, digits: str) -> None:
    storage, key = Storage.open(load_settings(tmp_path)), HubKey.open(tmp_path)
    with storage.session() as session:
        session.add(AccountTotp(account_id=citizen, secret=key.encrypt("totp-secret", RFC_SECRET.encode(), citizen.encode()), last_step=0))
    clock.at = datetime.fromtimestamp(at, UTC)
    factor = SecondFactor(storage, clock, key, SignInRules.read().second_factor)
    assert not factor.check_totp(citizen, f"{(int(digits) + 1) % 10**6:06}")
    assert factor.check_totp(citizen, f" {digits[2:5]} {digits[5:]} ")
    storage.close()


def test_a_code_is_used_once_and_none_before_it(factor: SecondFactor, citizen: str, clock: FixedClock) -> None:
    secret, _codes = enrolled(factor, citizen, clock)
    totp = pyotp.TOTP(secret)
    assert not factor.check_totp(citizen, totp.at(clock.now())), "the code that enrolled it is used"
    clock.advance(timedelta(minutes=5))
    assert factor.check_totp(citizen, totp.at(clock.now()))
    assert not factor.check_totp(citizen, totp.at(clock.now()))
    assert not factor.check_totp(citizen, totp.at(clock.now() - timedelta(seconds=30)))
    assert factor.check_totp(citizen, totp.at(clock.now() + timedelta(seconds=30)))
    assert not factor.check_totp(citizen, totp.at(clock.now()))


def test_one_step_aside_is_taken_two_are_not(factor: SecondFactor, citizen: str, clock: FixedClock) -> None:
    totp = pyotp.TOTP(enrolled(factor, citizen, clock)[0])
    clock.advance(timedelta(minutes=5))
    for seconds, taken in ((-60, False), (60, False), (-30, True), (30, True)):
        assert factor.check_totp(citizen, totp.at(clock.now() + timedelta(seconds=seconds))) is taken
    for nonsense in ("", "0", "abcdef", "１２３４５６", "\ud800"):
        assert not factor.check_totp(citizen, nonsense)


def test_of_many_who_show_one_code_at_once_one_gets_in(factor: SecondFactor, citizen: str, clock: FixedClock) -> None:
    totp = pyotp.TOTP(enrolled(factor, citizen, clock)[0])
    clock.advance(timedelta(minutes=5))
    taken: list[bool] = []
    threads = [threading.Thread(target=lambda: taken.append(factor.check_totp(citizen, totp.at(clock.now())))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True]


def spend(factor: SecondFactor, account: str, code: str) -> bool:
    known = factor.is_recovery_code(account, code)
    with factor._storage.session() as session:
        assert factor.use_recovery_code_within(session, account, code) == known
    return known


def test_recovery_codes_work_once_and_for_their_owner(trust: Trust, factor: SecondFactor, citizen: str, clock: FixedClock) -> None:
    _secret, codes = enrolled(factor, citizen, clock)
    other = trust.accounts.make_account("other", "另一人", "Other", kind="citizen")
    assert len(set(codes)) == 10
    assert not spend(factor, other, codes[0])
    assert spend(factor, citizen, codes[0].lower().replace("-", " "))
    assert not spend(factor, citizen, codes[0])
    assert factor.recovery_codes_left(citizen) == 9
    fresh = factor.renew_recovery_codes(citizen)
    assert not spend(factor, citizen, codes[1])
    assert spend(factor, citizen, fresh[1])


def test_enrolling_again_keeps_the_old_app_until_the_new_one_is_shown(factor: SecondFactor, citizen: str, clock: FixedClock) -> None:
    with pytest.raises(Missing):
        factor.confirm(citizen, "123456")
    old, _codes = enrolled(factor, citizen, clock)
    clock.advance(timedelta(minutes=5))
    fresh = factor.enrol(citizen, "chenxiu")
    assert factor.confirm(citizen, pyotp.TOTP(old).at(clock.now())) is None
    assert factor.check_totp(citizen, pyotp.TOTP(old).at(clock.now()))
    assert factor.confirm(citizen, pyotp.TOTP(fresh.secret).at(clock.now())) is not None
    clock.advance(timedelta(minutes=5))
    assert not factor.check_totp(citizen, pyotp.TOTP(old).at(clock.now()))
    assert factor.check_totp(citizen, pyotp.TOTP(fresh.secret).at(clock.now()))


def test_the_picture_holds_what_an_app_needs(factor: SecondFactor, citizen: str) -> None:
    enrolment = factor.enrol(citizen, "chenxiu")
    address = urlparse(enrolment.uri)
    assert (address.scheme, address.netloc, parse_qs(address.query)["secret"]) == ("otpauth", "totp", [enrolment.secret])
    assert len(base64.b32decode(enrolment.secret)) * 8 >= 160
    assert enrolment.svg.startswith("<svg")
    assert "script" not in enrolment.svg
    assert enrolment.secret not in repr(enrolment)


def test_secrets_and_codes_are_not_readable_at_rest_and_not_moved(
    trust: Trust, factor: SecondFactor, citizen: str, clock: FixedClock, tmp_path: Path
) -> None:
    secret, codes = enrolled(factor, citizen, clock)
    dump = at_rest(tmp_path)
    hidden = [secret, secret.encode().hex(), base64.b32decode(secret).hex(), *codes, *(code.replace("-", "") for code in codes)]
    assert [each for each in hidden if each.lower() in dump.lower()] == []
    other = trust.accounts.make_account("other", "另一人", "Other", kind="citizen")
    factor.enrol(other, "other")
    storage = Storage.open(load_settings(tmp_path))
    with storage.session() as session:
        moved = session.get_one(AccountTotp, citizen).secret
        session.execute(update(AccountTotp).where(AccountTotp.account_id == other).values(secret=moved))
    storage.close()
    with pytest.raises(Damaged):
        factor.check_totp(other, "123456")
