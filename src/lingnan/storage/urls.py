"""Where the hub's database lies, as settings write it and as it may be shown."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from lingnan.base import BadInput, Settings

DRIVER = "postgresql+psycopg"


def database_url(settings: Settings) -> str:
    """The URL of the hub's database: what the settings name, else the file in the home folder."""
    return full(settings.storage_url) if settings.storage_url else f"sqlite:///{settings.home.resolve() / 'hub.db'}"


def full(url: str) -> str:
    """The URL with the driver the hub brings; BadInput when it is none, or of a database that is not kept."""
    read = _read(url)
    if read.get_backend_name() in ("postgresql", "postgres"):
        return read.set(drivername=DRIVER).render_as_string(hide_password=False)
    if read.get_backend_name() == "sqlite":
        return url
    raise BadInput(
        f"枢纽的数据库可用 SQLite 或 PostgreSQL，不支持“{read.get_backend_name()}”。请写作 postgresql://用户@主机/数据库。",
        f"The hub keeps what it knows in SQLite or PostgreSQL, not in “{read.get_backend_name()}”. Write postgresql://user@host/database.",
    )


def shown(url: str) -> str:
    """The URL without its password."""
    return _read(url).render_as_string(hide_password=True)


def _read(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        # The text itself may hold a password and is not repeated.
        raise BadInput(
            "这不是数据库地址。请写作 postgresql://用户@主机/数据库。", "This is no address of a database. Write postgresql://user@host/database.",
        ) from None
