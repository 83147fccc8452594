"""The verb behind `lingnan govern address`: a column of any file, parsed to standard addresses and written beside the file's own columns."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from lingnan.base import BadInput, WrongUse
from lingnan.govern.addresses.places import known_divisions
from lingnan.govern.addresses.resolving import AMBIGUOUS, RESOLVED, UNRESOLVED
from lingnan.govern.addresses.shapes import AddressReport
from lingnan.govern.addresses.standardising import ADDRESSED, COLUMNS, lay_addresses
from lingnan.govern.files import GIVEN, Given, given_file
from lingnan.govern.rules.quoting import quoted
from lingnan.lake import Engine, EngineSession

_TECHNICAL = ("_batch", "_position", "_received_at")


def parse_addresses(path: Path, column: str, out: Path, *, engine: Engine, within: str = "", known: pa.Table | None = None) -> AddressReport:
    """Parse the column of a CSV or Parquet file; OUT holds every row in its order with its own columns, the division, the parts and the reason.

    `within` is the code of a province or city that all addresses are known to lie in, `known` what `known_table` gives.
    Raises BadInput for a file or column that is not there.
    """
    _known(within)
    if out.suffix.lower() not in (".csv", ".parquet", ".pq"):
        raise WrongUse(f"结果文件须为 .csv 或 .parquet：{out.name}", f"The result is a .csv or .parquet file: {out.name}", out=str(out))
    with given_file(path, None, engine, {}, sample_only=True) as given:
        session, chosen = given.session, _chosen(given, column)
        session.execute(f"create or replace temp table address_source as select row_number() over () as row, * from {GIVEN}")
        lay_addresses(session, "address_source", quoted(chosen), within, known, row="row")
        _write(session, _joined_sql(given), out)
        reasons, outcomes = _counts(session)
    return AddressReport(
        str(path), column, sum(outcomes.values()), outcomes.get(RESOLVED, 0), outcomes.get(AMBIGUOUS, 0), outcomes.get(UNRESOLVED, 0),
        reasons, str(out),
    )


def _counts(session: EngineSession) -> tuple[dict[str, int], Counter[str]]:
    """Rows by reason, the most frequent first, and by outcome."""
    counted = session.query(
        f"select status, reason, count(*) as n from {ADDRESSED} group by status, reason order by n desc, reason, status"
    ).to_pylist()
    reasons, outcomes = Counter[str](), Counter[str]()
    for each in counted:
        reasons[each["reason"]] += each["n"]
        outcomes[each["status"]] += each["n"]
    return dict(reasons.most_common()), outcomes


def _known(within: str) -> None:
    if within and (len(within) != 6 or known_divisions().get(within) is None):
        raise BadInput(
            f"“{within}”不是行政区划代码；请给出六位代码，例如 440000。",
            f"“{within}” is no division code; give one of six digits, such as 440000.", within=within,
        )


def _chosen(given: Given, column: str) -> str:
    titles: Mapping[str, str] = {title: name for name, title in given.titles.items()}
    if column in given.schema.names:
        return column
    if column in titles:
        return titles[column]
    there = "、".join(given.titles.get(name, name) for name in given.schema.names if name not in _TECHNICAL)
    raise BadInput(f"文件没有列“{column}”；现有：{there}。", f"The file has no column “{column}”; there are: {there}.", column=column)


def _joined_sql(given: Given) -> str:
    """The file's own columns under their headers, then the results; a result whose name the file uses already is prefixed `address_`."""
    own = [(name, given.titles.get(name, name)) for name in given.schema.names if name not in _TECHNICAL]
    headers = {header for _name, header in own}
    kept = ", ".join(f"source.{quoted(name)} as {quoted(header)}" for name, header in own)
    results = ", ".join(f"found.{name} as {quoted('address_' + name if name in headers else name)}" for name in COLUMNS)
    return f"select {kept}, {results} from address_source as source join {ADDRESSED} as found on found.row = source.row order by source.row"


def _write(session: EngineSession, sql: str, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with session.stream(sql) as batches:
        if out.suffix.lower() == ".csv":
            with pc.CSVWriter(out, batches.schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)
            return
        with pq.ParquetWriter(out, batches.schema, compression="zstd") as parquet:
            for batch in batches:
                parquet.write_table(pa.Table.from_batches([batch]))
