"""Every setting of the hub: environment `LINGNAN_*`, then `HOME/settings.env`, then the default here."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from lingnan.base.clock import Clock, FixedClock, SystemClock


class Settings(BaseSettings):
    """The hub's settings; each field's description is its line in `docs/settings.md`."""

    model_config = SettingsConfigDict(env_prefix="LINGNAN_", extra="ignore", frozen=True)

    home: Path = Field(Path("hub"), description="Folder of this hub: databases, tables, sources, log")
    lang: Literal["zh", "en"] = Field("zh", description="Language of the terminal and of pages without a choice")
    node: int = Field(44, ge=0, lt=4096, description="Number of this node, part of every id it makes")
    clock: datetime | None = Field(None, description="A fixed time with zone for repeatable builds; empty: the real time")
    host: str = Field("127.0.0.1", description="Address the pages are served on")
    port: int = Field(8400, ge=1, le=65535, description="Port the pages are served on")
    site: str = Field("http://127.0.0.1:8400", description="Address people reach the site under, for passkeys and identity providers")
    embed_sites: str = Field("", description="Origins that may show public boards within their pages, blanks between them; empty: none")
    threads: int = Field(0, ge=0, description="Threads of the embedded engine; 0: all cores")
    memory: str = Field("2GB", pattern=r"^\d+(MB|GB)$", description="Memory limit of the embedded engine; beyond it spills to disk")
    engine: str = Field("duckdb", description="Engine of builds: duckdb; spark, inside the process; spark://host:port, a cluster")
    engine_from: int | None = Field(
        None, ge=0, description="Megabytes of a step's input files from which it runs on Spark; 0: every step that can; empty: by the memory setting"
    )
    engine_secret_file: Path | None = Field(None, description="File that holds the secret which the machines of a cluster share")
    storage_url: str = Field("", description="SQLAlchemy URL of the hub's database; empty: SQLite in the home folder")
    lake_url: str = Field("", description="Where the tables lie: `s3://bucket/prefix`; empty: the folder `lake` of the home")
    lake_endpoint: str = Field("", description="Address of the object store with the S3 interface; https, but on this machine")
    lake_region: str = Field("us-east-1", pattern=r"^[a-z0-9-]{1,40}$", description="Region that calls to the object store are signed for")
    lake_key: str = Field("", description="Access key's name at the object store")
    lake_secret: SecretStr = Field(SecretStr(""), description="Secret of the access key; better in a file")
    lake_secret_file: Path | None = Field(None, description="File that holds the secret of the access key")
    lake_path_style: bool = Field(True, description="Whether the bucket stands in the path of an address; false: in the host's name")
    lake_seconds: int = Field(60, ge=1, le=600, description="Seconds without an answer after which a call to the object store is repeated")
    lake_copies: str = Field("20GB", pattern=r"^\d+(MB|GB)$", description="Most disk for copies of stored files that people's queries read")
    query_seconds: float = Field(30, gt=0, le=3600, description="Seconds after which a person's query is stopped")
    query_rows: int = Field(10_000, ge=1, le=1_000_000, description="Most rows a person's query gives")
    query_memory: str = Field("1GB", pattern=r"^\d+(MB|GB)$", description="Memory limit of a person's query")
    query_disk: str = Field("2GB", pattern=r"^\d+(MB|GB)$", description="Most disk a person's query may spill to")
    keep_days: int = Field(30, ge=0, description="Days that superseded table versions are kept")
    contact: str = Field("", description="Mail or web address told to sites whose published tables are collected; empty: none is collected")
    packs: str = Field("*", description="Packs this hub uses, by name with blanks between; `*`: all that are there; empty: none")
    schedule: str = Field("", description="Cron expression on which the worker builds; empty: only by command")

    mail_host: str = Field("", description="Mail server that notices are handed to; empty: no mail")
    mail_port: int = Field(587, ge=1, le=65535, description="Port of the mail server")
    mail_tls: Literal["starttls", "tls", "none"] = Field("starttls", description="How the way to the mail server is encrypted; never less than asked")
    mail_ca: Path | None = Field(None, description="Certificate file the mail server's is checked against; empty: the system's")
    mail_user: str = Field("", description="User at the mail server; empty: without signing in")
    mail_password: SecretStr = Field(SecretStr(""), description="Password at the mail server; better in a file")
    mail_password_file: Path | None = Field(None, description="File that holds the password at the mail server")
    mail_from: str = Field("", description="Address that mails come from")
    office: str = Field("zhengwu", description="Key of the organisation that handles the cases that name no other; what it sees, others do not")
    clamd: str = Field("", description="Malware scanner asked about every attachment (socket's path or host:port of clamd); empty: none")
    review_share: float = Field(0.05, ge=0, le=1, description="Share of decided pairs that a second clerk of the review desk is given blind")
    openlineage: str = Field(
        "", description="Where events of builds go in the form of OpenLineage: `file` (folder openlineage of the home), an address; empty: nowhere"
    )
    suite: Literal["international", "gm"] = Field(
        "international", description="Cryptographic suite of new keys and hashes; gm: SM2, SM3, SM4 (extra gm)"
    )

    def make_clock(self) -> Clock:
        """The clock these settings ask for."""
        return FixedClock(self.clock) if self.clock else SystemClock()


def load_settings(home: Path | None = None, lang: str | None = None) -> Settings:
    """Settings for one run; a home given by hand wins over environment and file."""
    given: dict[str, object] = {}
    if home is not None:
        given["home"] = home
    if lang:
        given["lang"] = lang
    first = Settings(**given)  # type: ignore[arg-type]
    return Settings(_env_file=first.home / "settings.env", **given)  # type: ignore[arg-type,call-arg]


def setting_rows() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting, for the generated page."""
    return [
        (f"LINGNAN_{name.upper()}", str(info.default), info.description or "")
        for name, info in Settings.model_fields.items()
    ]
