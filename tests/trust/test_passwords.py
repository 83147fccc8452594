"""Passwords: what is taken, what is refused, what a hash costs."""

import runpy
import time
from pathlib import Path

import pytest
from argon2 import Type, extract_parameters

from lingnan.base import WrongUse, load_settings
from lingnan.trust import SignInRules
from lingnan.trust.identity.passwords import WEAK_PARTS, Passwords, parts

RULES = SignInRules.read()
QUICK = RULES.model_copy(update={"argon2": RULES.argon2.model_copy(update={"time_cost": 1, "memory_kib": 8, "parallelism": 1})})
PASSWORDS = Passwords(QUICK)
TOOL = Path(__file__).parents[2] / "tools" / "write_weak_passwords.py"


@pytest.mark.parametrize("password", [
    "tumbler vexing quarry", "Xk9!mPq2#vL7", "荔枝树下那只瘸脚的猫会唱", "brine ☂ kettle ☂ moss", "        x8r3m9q2    ", "Ω≈ç√∫˜µ≤≥÷åß∂",
])
def test_any_characters_are_taken(password: str) -> None:
    PASSWORDS.check(password)


@pytest.mark.parametrize("password", [
    "Guangdong2026!", "passwordpassword1", "P@ssw0rd123456", "qwertyuiop123", "1qaz2wsx3edc", "aaaaaaaaaaaaaa", "abcabcabcabc", "Admin@123456",
    "lingnan@2026#gd", "zhangwei19900101", "我爱你我爱你我爱你我爱你", "5201314520131452", "shenzhen-guangzhou-2026-admin",
    "ｑｗｅｒｔｙｕｉｏｐ１２３", "GUANGZHOU_TIANHE_888", "!!!!!!!!!!!!!!!!", "            ", "zhengwu shuju 2026", "drowssapdrowssap1qaz",
])
def test_common_words_and_rows_of_keys_are_weak(password: str) -> None:
    with pytest.raises(WrongUse) as refused:
        PASSWORDS.check(password)
    assert refused.value.code == "WeakPassword"
    assert password not in refused.value.zh + refused.value.en + repr(refused.value.facts)


def test_length_is_counted_in_characters_of_the_normal_form() -> None:
    PASSWORDS.check("k7#Qz!m2Wx9r")
    PASSWORDS.check("ﬁ7#Qz!m2Wx9")  # the ligature is two letters
    for password in ("k7#Qz!m2Wx9", "e\u0301k7#Qz!m2Wx", "k7#Qz!m2Wx9r" * 11, "ﷺ" * 60_000):
        with pytest.raises(WrongUse):
            PASSWORDS.check(password)
    assert len("ab3d9X!q" * 16) == RULES.passwords.longest
    PASSWORDS.check("".join(chr(0x4E00 + 7 * n) for n in range(128)))


@pytest.mark.parametrize("password", [
    "tumbler vexing chenxiu", "Chen.Xiu kettle moss", "陈秀 tumbler vexing", "moss GDZWJ kettle brine", "省政数局管塔灯桨井蓝铁蜜",
])
def test_own_and_organisations_names_are_refused(password: str) -> None:
    PASSWORDS.check(password)
    with pytest.raises(WrongUse):
        PASSWORDS.check(password, ["chenxiu", "陈秀", "Chen.Xiu", "gdzwj", "省政数局"])


def test_a_hash_is_argon2id_with_the_figures_of_the_rules() -> None:
    kept = Passwords(RULES).hash("tumbler vexing quarry")
    found = extract_parameters(kept)
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 3, 65536, 4)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert kept != Passwords(RULES).hash("tumbler vexing quarry")


def test_a_password_is_one_however_it_was_typed() -> None:
    kept = PASSWORDS.hash("caf\u00e9 tumbler vex")
    assert PASSWORDS.verify(kept, "cafe\u0301 tumbler vex")
    assert not PASSWORDS.verify(kept, "cafe tumbler vex")
    assert not PASSWORDS.verify(kept, "")
    long = "k7#Qz!m2Wx9r" * 90
    assert not PASSWORDS.verify(PASSWORDS.hash(long[:1024]), long)
    assert not PASSWORDS.verify("no hash at all", "x")


def test_nobodys_password_costs_the_same_work() -> None:
    """Counted in processor time of all threads, which a busy machine hardly stretches; without the work it would be a thousandth."""
    earnest, cheap = Passwords(RULES), Passwords(QUICK)

    def cost(passwords: Passwords, against: str | None) -> float:
        begin = time.process_time()
        assert not passwords.verify(against, "brine kettle moss")
        return time.process_time() - begin

    kept, quick = earnest.hash("tumbler vexing quarry"), cheap.hash("tumbler vexing quarry")
    costs = [(cost(earnest, kept), cost(earnest, None), cost(cheap, quick)) for _ in range(5)]
    known, unknown, little = (min(each) for each in zip(*costs, strict=True))
    assert 0.5 < unknown / known < 2
    assert known > 10 * little


def test_a_hash_is_outdated_only_when_figures_rise() -> None:
    weaker = PASSWORDS.hash("tumbler vexing quarry")
    raised = Passwords(QUICK.model_copy(update={"argon2": QUICK.argon2.model_copy(update={"memory_kib": 16})}))
    assert raised.outdated(weaker)
    assert not raised.outdated(raised.hash("x"))
    assert not PASSWORDS.outdated(raised.hash("x"))


def test_the_list_is_what_its_tool_writes() -> None:
    made = runpy.run_path(str(TOOL))
    lines = WEAK_PARTS.read_text(encoding="utf-8").splitlines()
    assert lines == [made["HEAD"], *sorted(made["rows"]() | made["dates"]() | made["words"]())]
    assert len(lines) > 3_000


def test_parts() -> None:
    assert [parts(text) for text in ("guangdong", "guangdong2026", "gu4ngd0ng", "gnodgnaug", "xkqv", "wwwww", "ababab")] == [1, 2, 1, 1, 4, 2, 3]


def test_a_hub_has_its_own_figures(tmp_path: Path) -> None:
    own = load_settings(tmp_path).home / "sign-in.yaml"
    own.write_text("passwords: {rotation_days: 90}\n")
    read = SignInRules.read(tmp_path)
    assert (read.passwords.rotation_days, read.passwords.shortest, RULES.passwords.rotation_days) == (90, 12, 0)
    for wrong in ("passwords: {rotate: 90}\n", "idle_minutes: soon\n", "- a list\n", "a: [\n"):
        own.write_text(wrong)
        with pytest.raises(WrongUse):
            SignInRules.read(tmp_path)
