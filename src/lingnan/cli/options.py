"""Options that every command shares."""

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[Path | None, typer.Option("--home", help="枢纽的文件夹 folder of the hub (LINGNAN_HOME, else ./hub)", show_default=False)]
Lang = Annotated[str | None, typer.Option("--lang", help="zh | en", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="以一个 JSON 对象回答 answer with one JSON object")]
As = Annotated[str | None, typer.Option("--as", help="以此账号行事 act as this account; default: the machine's operator", show_default=False)]
At = Annotated[str, typer.Option("--engine", help="所用引擎 engine: duckdb, spark, spark://host:port", show_default=False)]
