"""Who acts in the terminal: the account named, the one a token stands for, else the machine's operator."""

from datetime import timedelta
from pathlib import Path

import pytest

from lingnan.base import Refused
from lingnan.cli.opening import open_hub, who_acts
from lingnan.trust import Purpose


def test_a_session_or_an_api_token_says_who_acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = open_hub(tmp_path, "en")
    account = hub.trust.accounts.make_account("steward", "数据管理员", "Data steward", roles=("steward",))
    opened = hub.trust.sessions.open(account, 2, method="test")
    monkeypatch.delenv("LINGNAN_TOKEN", raising=False)
    assert (who_acts(hub, None).kind, who_acts(hub, "steward").account) == ("operator", account)
    monkeypatch.setenv("LINGNAN_TOKEN", opened.token)
    assert who_acts(hub, None) == opened.subject
    made = hub.trust.tokens.make(
        opened.subject, name="每夜构建", scope=("build.run",), purpose=Purpose("platform-operation", matter="nightly"),
        expires_at=hub.clock.now() + timedelta(days=1), addresses=("127.0.0.0/8",),
    )
    monkeypatch.setenv("LINGNAN_TOKEN", made.secret)
    assert (who_acts(hub, None).account, who_acts(hub, None).scope) == (account, frozenset({"build.run"}))
    hub.trust.tokens.revoke(made.card.id, opened.subject)
    with pytest.raises(Refused):
        who_acts(hub, None)
    hub.close()
