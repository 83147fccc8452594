"""What steps declare of their columns: nothing is left out, it is kept with every version, and what the versions keep is what is shown."""

from pathlib import Path

import pytest

from lingnan.base import Missing, load_settings
from lingnan.govern import column_lineage
from lingnan.hub import Hub, impact_of, lineage_of
from lingnan.hub.lineage_graph import hub_lineage
from lingnan.lake import ColumnOrigin, CommitFacts
from tests.back_ends import Furnish
from tests.pension import CONTRACT, TABLE, describe

FIGURES = "insight.city_figures"
CSV = "编号,区划,金额,姓名\nP1,440103,100,王小明\nP2,440305,200,李秀英\nP3,440103,三百,王大明\n"


@pytest.fixture(scope="module")
def pensions(tmp_path_factory: pytest.TempPathFactory):
    """A hub of one feed, built."""
    home = describe(tmp_path_factory.mktemp("lineage"))
    (home / "pensions.csv").write_text(CSV, encoding="utf-8")
    with Hub.open(load_settings(home)) as hub:
        assert hub.build().state == "done"
        yield hub


def undeclared(hub: Hub) -> list[str]:
    """Columns of the tables that steps make of which nothing is said: neither what they are made of nor what they hold."""
    found = []
    for step in hub.steps():
        declared = step.columns()
        for table in step.outputs:
            held = hub.lake.schema(table).names if hub.lake.exists(table) else []
            told = declared.get(table, {})
            found += [f"{table}.{name}" for name in dict.fromkeys((*told, *held)) if told.get(name, ColumnOrigin()) == ColumnOrigin()]
            found += [table] if table not in declared else []
    return found


def test_every_column_of_every_step_is_declared(pensions: Hub) -> None:
    assert undeclared(pensions) == []


def test_a_column_left_out_of_a_declaration_is_found(pensions: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from lingnan.insight import FIGURE_COLUMNS

    monkeypatch.setitem(FIGURE_COLUMNS, "insight.city_figures", ("city", "people"))  # type: ignore[arg-type]
    assert "insight.city_figures.score" in undeclared(pensions)


def test_every_version_keeps_its_own_columns(pensions: Hub) -> None:
    for table in ("landing.minzheng_pension", TABLE, "quarantine.minzheng_pension", "checks.minzheng_pension", "registers.people"):
        commit = pensions.lake.history(table, 1)[0]
        assert set(commit.columns) >= set(pensions.lake.schema(table).names), table
    assert pensions.lake.history(TABLE, 1)[0].columns["amount"].copied == ("landing.minzheng_pension.amount",)
    assert pensions.lake.history("landing.minzheng_pension", 1)[0].columns["amount"].copied == ("pensions.csv:金额",)


def test_what_was_declared_since_is_not_shown_of_what_was_made_before(pensions: Hub) -> None:
    contract = pensions.home / "sources" / "minzheng" / "pension.contract.yaml"
    contract.write_text(CONTRACT.replace("physicalName: 金额", "physicalName: 补贴金额"), encoding="utf-8")
    try:
        with Hub.open(pensions.settings) as later:
            assert later.feeds[0].contract.named("amount").source == "补贴金额"
            assert dict(lineage_of(later, f"{TABLE}.amount").upstream)["landing.minzheng_pension.amount"] == ("pensions.csv:金额",)
    finally:
        contract.write_text(CONTRACT, encoding="utf-8")


def test_a_further_version_makes_the_graph_anew_and_joined_files_do_not(pensions: Hub) -> None:
    before = hub_lineage(pensions)
    assert hub_lineage(pensions) is before
    pensions.lake.compact("landing.minzheng_pension")
    after = hub_lineage(pensions)
    assert after.tables["landing.minzheng_pension"] == before.tables["landing.minzheng_pension"]
    made = ColumnOrigin(worked_out=(f"{TABLE}.amount",), expression="sum(amount)")
    nothing = pensions.lake.schema(FIGURES).empty_table()
    pensions.lake.append(FIGURES, nothing, CommitFacts("by-hand", columns={FIGURES: {"people": made}}))
    changed = hub_lineage(pensions)
    assert changed.makers[FIGURES].job == "by-hand"
    assert changed.graph.made_into(f"{TABLE}.amount") == ("insight.city_figures.people",)


def test_an_impact_tells_jobs_and_every_use(pensions: Hub) -> None:
    found = impact_of(pensions, "pensions.csv:区划")
    assert found.columns["landing.minzheng_pension.division"] == 1
    assert {"collect:minzheng.pension", "govern:minzheng.pension", "insight:figures"} <= set(found.jobs)
    assert {use.kind for use in found.uses} == {"figure", "board", "item", "export"}
    handed = {(use.column, use.href) for use in found.uses if use.kind == "export"}
    assert ("quarantine.minzheng_pension.division", "/quarantine?feed=minzheng.pension") in handed
    item = next(use for use in found.uses if use.kind == "item")
    assert (item.column, item.href.rpartition("/")[2]) == (f"{TABLE}.division", "division")
    with pytest.raises(Missing):
        impact_of(pensions, "pensions.csv:没有")


def test_directions_are_told_apart(pensions: Hub) -> None:
    both, back = lineage_of(pensions, f"{TABLE}.division"), lineage_of(pensions, f"{TABLE}.division", forward=False)
    assert (back.upstream, back.downstream) == (both.upstream, ())
    assert lineage_of(pensions, f"{TABLE}.division", back=False).upstream == ()


def test_a_password_in_an_address_is_no_part_of_a_name(tmp_path: Path, furnish: Furnish) -> None:
    home = describe(furnish(tmp_path / "hub"))
    feed = home / "sources" / "minzheng" / "pension.yaml"
    text = feed.read_text(encoding="utf-8").replace("connector: csv", "connector: json_api")
    feed.write_text(text.replace("pensions.csv", "https://reader:hidden@data.example.cn/pensions?key=hidden"), encoding="utf-8")
    with Hub.open(load_settings(home)) as hub:
        headers = {each for each in hub_lineage(hub).sources if ":" in each}
        assert headers == {f"https://data.example.cn/pensions:{name}" for name in ("编号", "区划", "金额", "姓名")}
        assert not {each.rpartition(".")[2] for each in hub_lineage(hub).sources} & {"cast", "when", "and"}


def test_what_figures_declare_agrees_with_the_selects_that_sum_them() -> None:
    from lingnan.insight import FIGURE_COLUMNS, FIGURES, figure_lineage

    given = {
        "counted": ["division", "people", "entities", "cases", "accepted", "quarantined"], "city_names": ["city", "city_zh"],
        "delivered": ["department", "accepted", "quarantined"],
        "asked": ["department", "dimension", "characteristic", "checked", "failed"],
    }
    declared = figure_lineage([TABLE])
    for table, sql in FIGURES.items():
        read = column_lineage(sql, given)
        assert tuple(read) == FIGURE_COLUMNS[table]
        for name, origins in read.items():
            counts = {each.partition(".")[2] for each in origins} & {"people", "entities", "cases", "accepted", "quarantined", "checked", "failed"}
            told = {column for _table, column in declared.get((table, name), ())}
            if not any(each.startswith("delivered.") for each in origins):
                assert bool(counts) == bool(told), (table, name)
