"""The twelve rules in other tools, run by an environment of their own: `make peers`, then `python -m benchmarks rules`.

    PYTHON-OF-THE-PEERS benchmarks/rules_peers.py TASK FOLDER      TASK: "great expectations", "pandera on polars"

What neither has, the check digit and the agreement of birth and sex with the number, is written out in each tool's own frame. Great
Expectations tells counts (its result format SUMMARY); pandera returns every failure case, which is more than counts and is counted for it.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LETTERS = "10X98765432"
TODAY = date(2026, 10, 31)
PHONE, NUMBER = "1[3-9][0-9]{9}", "[1-9][0-9]{16}[0-9X]"


def great_expectations(folder: Path) -> int:
    """Twelve rules over a pandas frame; gives the sum of unexpected values."""
    import great_expectations as gx
    import pandas as pd
    from great_expectations import expectations as gxe

    frame = pd.read_parquet(folder / "population.parquet")
    _with_pandas(frame)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("population").add_dataframe_asset("population")
    divisions = (folder / "divisions.txt").read_text().split()
    true = {"value_set": [True]}
    suite = context.suites.add(gx.ExpectationSuite(name="rules", expectations=[
        gxe.ExpectColumnValuesToNotBeNull(column="person_no"), gxe.ExpectColumnValuesToNotBeNull(column="citizen_number"),
        gxe.ExpectColumnValuesToNotBeNull(column="name"), gxe.ExpectColumnValueLengthsToBeBetween(column="name", min_value=2, max_value=30),
        gxe.ExpectColumnValuesToBeInSet(column="sex", value_set=["1", "2"]),
        gxe.ExpectColumnValuesToBeInSet(column="past", **true), gxe.ExpectColumnValuesToBeInSet(column="division", value_set=divisions),
        gxe.ExpectColumnValuesToMatchRegex(column="phone", regex=f"^{PHONE}$"),
        gxe.ExpectColumnValuesToBeBetween(column="height", min_value=30, max_value=250),
        gxe.ExpectColumnValuesToBeUnique(column="person_no"), gxe.ExpectColumnValuesToBeUnique(column="citizen_number"),
        gxe.ExpectColumnValuesToBeInSet(column="number_valid", **true), gxe.ExpectColumnValuesToBeInSet(column="birth_agrees", **true),
        gxe.ExpectColumnValuesToBeInSet(column="sex_agrees", **true),
    ]))
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    found = batch.validate(suite, result_format="SUMMARY")
    return sum(int(each.result.get("unexpected_count", 0)) for each in found.results)


def _with_pandas(frame) -> None:
    number = frame["citizen_number"].fillna("")
    formed = number.str.fullmatch(NUMBER)
    digits = [number.str[k].where(formed, "0").astype(int) for k in range(17)]
    total = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    frame["number_valid"] = (formed & (total.map(dict(enumerate(LETTERS))) == number.str[17:18])) | frame["citizen_number"].isna()
    birth = frame["birth_date"].astype("datetime64[s]")
    frame["past"] = ~(birth > str(TODAY))
    frame["birth_agrees"] = ~frame["number_valid"] | frame["citizen_number"].isna() | (number.str[6:14] == birth.dt.strftime("%Y%m%d"))
    odd = digits[16] % 2 == 1
    frame["sex_agrees"] = ~frame["number_valid"] | ~frame["sex"].isin(["1", "2"]) | number.eq("") | (odd == frame["sex"].eq("1"))


def pandera_on_polars(folder: Path) -> int:
    """Twelve rules over a polars frame, lazily told; gives the number of failure cases."""
    import pandera.polars as pa
    import polars as pl
    from pandera.errors import SchemaErrors

    frame = _with_polars(pl.read_parquet(folder / "population.parquet"), pl)
    divisions = (folder / "divisions.txt").read_text().split()
    true = pa.Check.eq(True)
    schema = pa.DataFrameSchema({
        "person_no": pa.Column(pl.Int64, unique=True), "citizen_number": pa.Column(pl.String),
        "name": pa.Column(pl.String, pa.Check.str_length(2, 30)), "sex": pa.Column(pl.String, pa.Check.isin(["1", "2"]), nullable=True),
        "birth_date": pa.Column(pl.Date, pa.Check.le(TODAY), nullable=True),
        "division": pa.Column(pl.String, pa.Check.isin(divisions), nullable=True),
        "phone": pa.Column(pl.String, pa.Check.str_matches(f"^{PHONE}$"), nullable=True),
        "height": pa.Column(pl.Int32, pa.Check.in_range(30, 250), nullable=True), "number_valid": pa.Column(pl.Boolean, true, nullable=True),
        "birth_agrees": pa.Column(pl.Boolean, true, nullable=True), "sex_agrees": pa.Column(pl.Boolean, true, nullable=True),
        "number_repeats": pa.Column(pl.Boolean, pa.Check.eq(False), nullable=True),
    })
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        return len(error.failure_cases)
    return 0


def _with_polars(frame, pl):
    number = pl.col("citizen_number")
    digits = [number.str.slice(k, 1).cast(pl.Int32, strict=False) for k in range(17)]
    total = sum((digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)), pl.lit(0)) % 11
    letter = total.replace_strict(dict(enumerate(LETTERS)), default=None, return_dtype=pl.String)
    frame = frame.with_columns(number_valid=number.str.contains(f"^{NUMBER}$") & (letter == number.str.slice(17, 1)))
    return frame.with_columns(
        birth_agrees=~pl.col("number_valid") | (number.str.slice(6, 8) == pl.col("birth_date").dt.strftime("%Y%m%d")),
        sex_agrees=~pl.col("number_valid") | ~pl.col("sex").is_in(["1", "2"]) | ((digits[16] % 2 == 1) == (pl.col("sex") == "1")),
        number_repeats=number.is_duplicated() & number.is_not_null(),
    )


TASKS = {"great expectations": great_expectations, "pandera on polars": pandera_on_polars}


def main(task: str, folder: Path) -> None:
    run = TASKS[task]
    begun, cpu = time.perf_counter(), time.process_time()
    failing = run(folder)
    peak = int(Path("/proc/self/status").read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "peak": peak, "failing": failing}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
