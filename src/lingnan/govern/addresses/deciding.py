"""Decides every distinct chain of names once and joins the finding back: at the head of an address, and where the head told no county, inside it."""

from collections.abc import Iterable
from functools import lru_cache

import pyarrow as pa

from lingnan.govern.addresses.places import places
from lingnan.govern.addresses.reading import KIND, MENTION, MISTYPED, NAMES, abroad_sql, head_sql, inside_sql, pieces_sql, read_chains
from lingnan.govern.addresses.resolving import RESOLVED, UNRESOLVED, Finding, Mention, resolve
from lingnan.lake import EngineSession

HEADS, INSIDE, PIECES = "address_heads", "address_inside", "address_pieces_found"
"""The session's tables of findings: by head (the text up to its first digit), by text where a division stands further on; counties of its pieces."""

TOWNSHIPS_BY_NAME = "address_townships_by_name"
FINDINGS = pa.schema([
    ("said", pa.string()), ("status", pa.string()), ("reason", pa.string()), ("division", pa.string()), ("township_code", pa.string()),
    ("old_code", pa.string()), ("old_name", pa.string()), ("old_from", pa.date32()), ("old_to", pa.date32()), ("candidates", pa.string()),
    ("hints", pa.string()), ("taken", pa.int32()), ("back", pa.int32()),
])
_BESIDE = ("said", "township_code", "taken", "back")


def decide_heads(session: EngineSession, source: str, within: str) -> None:
    """The finding of every distinct head of the texts of `source`: which division, and how many characters of the head were its names."""
    session.execute(f"create or replace temp table heads as select distinct head from {source} where text <> ''")
    read_chains(session, "heads", "chains")
    upper = session.query("select distinct said from chains")["said"].to_pylist()
    session.add_arrow("upper_findings", _findings((said, resolve(_mentions(said), within)) for said in upper))
    session.execute(f"create or replace temp table upper_heads as {_UPPER_SQL}")
    whole = session.query("select distinct whole as said from upper_heads where whole is not null")["said"].to_pylist()
    session.add_arrow("whole_findings", _findings((said, resolve(_mentions(said), within)) for said in whole))
    session.execute(f"create or replace temp table {HEADS} as {_heads_sql()}")


_UPPER_SQL = f"""
    with apart as (
        select *, nullif(split_part(township, '{KIND}', 1), '') as town_name,
            length(said) - length(replace(said, '{MENTION}', '')) as names
        from chains
    ), known as (
        select apart.head, apart.said, apart.township, apart.casual, apart.town_name, apart.ends, found.* exclude (said),
            found.taken = apart.names as complete
        from apart join upper_findings as found on found.said = apart.said
    ), placed as (
        select known.*, area.code as area_code from known left join {TOWNSHIPS_BY_NAME} as area
            on area.county = known.division and area.name = known.town_name
    )
    select placed.* exclude (complete), area_code is not null and complete and status = '{RESOLVED}' as township_found,
        case when township <> '' and complete and not (status = '{RESOLVED}' and (area_code is not null or casual))
            then said || '{MENTION}' || township end as whole
    from placed
"""
"""Most townships lie in the county that was named before them: those need no thought, the others are decided with their whole chain."""


def _heads_sql() -> str:
    kept = ", ".join(f"{_chosen('whole.' + name, 'upper.' + name)} as {name}" for name in FINDINGS.names if name not in _BESIDE)
    return f"""
        with chosen as (
            select upper.head, upper.ends, {kept}, {_chosen('whole.said', 'upper.said')} as said,
                {_chosen('whole.township_code', 'case when township_found then area_code else upper.township_code end')} as township_code,
                {_chosen('whole.taken', 'case when township_found then upper.taken + 1 else upper.taken end')} as taken,
                {_chosen('whole.back', 'case when township_found then 0 else upper.back end')} as back
            from upper_heads as upper left join whole_findings as whole on whole.said = upper.whole
        )
        select *, case when taken = 0 then 0 else ends[taken] - back end as consumed from chosen
    """


def _chosen(whole: str, upper: str) -> str:
    return f"case when whole.said is null then {upper} else {whole} end"


def decide_inside(session: EngineSession, source: str, within: str) -> None:
    """Decide what stands further on in the texts, read in one go: divisions in full where the head told no county, and pieces between separators.

    西湖苑1栋（深圳市南山区） lies in 南山区; 深圳市南山区科技路1号;广州市天河区天河路2号 is two addresses, whose counties stand in `PIECES`.
    """
    session.execute(f"create or replace temp table address_left as {_left_sql(source)}")
    session.execute(f"create or replace temp table address_inner as {inside_sql('address_left')}")
    session.execute(f"create or replace temp table address_pieces as {pieces_sql(source)}")
    further = f"select {head_sql('rest')} as head from address_inner union select head from address_pieces"
    session.execute(f"create or replace temp table heads as {further}")
    read_chains(session, "heads", "chains", many=False)
    session.execute(f"create or replace temp table inner_chains as {_INNER_SQL}")
    pairs = session.query("select distinct outer_said, outer_taken, said from inner_chains").to_pylist()
    session.add_arrow("inner_findings", _inner_findings(pairs, within))
    session.execute(f"create or replace temp table {INSIDE} as {_INSIDE_SQL}")
    said = session.query("select distinct said from chains join address_pieces as each on each.head = chains.head")["said"].to_pylist()
    session.add_arrow("piece_findings", _findings((each, resolve(_mentions(each), within)) for each in said))
    session.execute(f"create or replace temp table {PIECES} as {_PIECES_SQL}")


_PIECES_SQL = f"""
    select each.text, string_agg(distinct found.division, '|' order by found.division) as divisions
    from address_pieces as each join chains on chains.head = each.head join piece_findings as found on found.said = chains.said
    where found.status = '{RESOLVED}' group by each.text
"""


def _left_sql(source: str) -> str:
    return f"""
        with weighed as (
            select found.head, said, status, reason, taken, consumed,
                reason in ('same_name', 'short_name_alone') and taken = 1 and coalesce(names.short, false) as weak
            from {HEADS} as found left join {NAMES} as names on names.name = split_part(split_part(found.said, '{MENTION}', 2), '{KIND}', 1)
        ), open as (
            select head, said, case when weak then 0 else taken end as taken, case when weak then 0 else consumed end as consumed from weighed
            where weak or (coalesce(status, '{UNRESOLVED}') = '{UNRESOLVED}' and coalesce(reason, '') <> 'ended_without_successor')
        )
        select distinct plain.text, open.said, open.taken, open.consumed from {source} as plain join open on open.head = plain.head
        where plain.text <> '' and not {abroad_sql('plain.text')}
    """


_INNER_SQL = f"""
    select inside.text, inside.before, inside.start, chains.ends, coalesce(inside.said, '') as outer_said, coalesce(inside.taken, 0) as outer_taken,
        chains.said || case when township = '' then '' else '{MENTION}' || township end as said
    from address_inner as inside join chains on chains.head = {head_sql('inside.rest')}
"""
_INSIDE_SQL = """
    select chain.text, chain.before, chain.start, found.*,
        chain.start - 1 + case when found.taken = 0 then 0 else ends[found.taken] - back end as consumed
    from inner_chains as chain join inner_findings as found
        on found.outer_said = chain.outer_said and found.outer_taken = chain.outer_taken and found.said = chain.said
"""


def _inner_findings(pairs: list[dict[str, object]], within: str) -> pa.Table:
    decided, outer, outer_taken = [], [], []
    for pair in pairs:
        said, first, taken = str(pair["said"]), str(pair["outer_said"]), int(str(pair["outer_taken"]))
        found = resolve([*_mentions(first)[:taken], *_mentions(said)], within)
        # What stands inside may be part of a firm's name, so it must say more than the head and must not contradict it.
        if found.status != UNRESOLVED and found.reason not in ("contradiction", "short_name_alone") and found.taken > taken:
            reason = "found_inside" if found.reason == "named" else found.reason
            left = found.taken - taken
            decided.append((said, Finding(found.status, reason, found.division, found.township, found.old, found.candidates, left, found.hints)))
            outer.append(first)
            outer_taken.append(taken)
    table = _findings(decided)
    return table.append_column("outer_said", pa.array(outer, pa.string())).append_column("outer_taken", pa.array(outer_taken, pa.int32()))


def _mentions(said: str) -> list[Mention]:
    return [_mention(each) for each in said.split(MENTION)[1:]]


@lru_cache(maxsize=100_000)
def _mention(each: str) -> Mention:
    name, kind = each.split(KIND)
    return Mention(name, MISTYPED.get(kind, kind))


def _findings(decided: Iterable[tuple[str, Finding]]) -> pa.Table:
    rows = [_row(said, found) for said, found in decided]
    columns = zip(*rows, strict=True) if rows else ([] for _ in FINDINGS)
    return pa.table([list(column) for column in columns], schema=FINDINGS)


def _row(said: str, found: Finding) -> tuple[object, ...]:
    old = (found.old.code, found.old.zh, found.old.start, found.old.end) if found.old else (None, None, None, None)
    written = said.split(MENTION, found.taken + 1)[found.taken].rpartition(KIND)[2] if found.taken else ""
    back = len(written) if written and not _kind_fits(said, found) else 0
    hints = "|".join(hint for hint in found.hints if ":" in hint) if found.hints else ""
    candidates = "|".join(found.candidates) if found.candidates else ""
    return (said, found.status, found.reason, found.division, found.township, *old, candidates, hints, found.taken, back)


def _kind_fits(said: str, found: Finding) -> bool:
    """Whether the character after the last short form is its kind, well or badly written, and not the beginning of what follows."""
    name, kind = said.split(MENTION)[found.taken].split(KIND)
    meant = MISTYPED.get(kind, kind)
    return meant == kind or any(place.zh.endswith(meant) for place in places().get(name, ()))
