"""Tables in a bucket behind the S3 interface: `area.table` lies under `s3://bucket/prefix/area/table/`."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import obstore
from deltalake.exceptions import CommitFailedError, DeltaError, DeltaProtocolError, SchemaMismatchError, TableNotFoundError
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from lingnan.base import Missing
from lingnan.lake import names
from lingnan.lake.store.copies import Copies
from lingnan.lake.store.place import BucketPlace, store_failed
from lingnan.lake.store.uploads import abort_uploads

AT_ONCE = 16
"""Calls that run side by side where many names are asked for."""
RETRIES = 6
"""With growing waits these take about six seconds; one call in twenty failing, one in a thousand million then fails for good."""
_VERSION = re.compile(r"(\d{20})\.json")
_SPEAKS_OF_STORE = re.compile(r"S3|object[ _]?store|error sending request|HTTP", re.IGNORECASE)


class Bucket:
    """The files of all tables in one bucket; several hubs and processes may write at once, for a version is put only where none is."""

    def __init__(self, place: BucketPlace, copies: Path) -> None:
        self.place: BucketPlace = place
        self._copies = Copies(copies, place.copies_bytes, self._fetch)
        self._newest: dict[str, int] = {}

    @property
    def options(self) -> dict[str, str]:
        """What delta-rs needs to reach the bucket; holds the secret."""
        place = self._checked
        return {
            "aws_endpoint": place.endpoint if place.path_style else place.base, "aws_region": place.region, "aws_access_key_id": place.key_id,
            "aws_secret_access_key": place.secret, "aws_virtual_hosted_style_request": str(not place.path_style).lower(),
            "aws_allow_http": str(not place.encrypted).lower(), "aws_conditional_put": "etag", "timeout": f"{place.silence_s}s",
            "connect_timeout": f"{min(place.silence_s, 5)}s", "max_retries": str(RETRIES), "retry_timeout": f"{place.silence_s * RETRIES}s",
        }

    def address(self, table: str) -> str:
        """The table's place in the bucket as `s3://…`."""
        return f"s3://{self.place.bucket}/{self._key(table)}"

    def prepare(self, table: str) -> str:
        """A bucket needs no folders."""
        return self.address(table)

    def newest(self, table: str) -> int | None:
        """The newest version's number from the names in its log, in one call that begins at the newest this process knows."""
        log, known = f"{self._key(table)}/_delta_log/", self._newest.get(table)
        found = self._versions(log, f"{log}{known:020}") if known is not None else []
        # A table that was dropped and made anew begins again at 0.
        if not found or found[0] != known:
            found = self._versions(log, None)
        if not found:
            self._newest.pop(table, None)
            return None
        self._newest[table] = found[-1]
        return found[-1]

    def tables(self) -> list[str]:
        """Names of all tables, sorted."""
        areas = self._folders(f"{self.place.prefix}/" if self.place.prefix else "")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = [f"{area}.{name}" for area, named in zip(areas, pool.map(self._folders_under, areas), strict=True) for name in named]
            found = [table for table in found if names.is_table(table)]
            return sorted(table for table, version in zip(found, pool.map(self.newest, found), strict=True) if version is not None)

    def holds(self, file: str) -> bool:
        """Whether a data file is still there."""
        with self.asked():
            try:
                obstore.head(self._store, self._inside(file))
            except FileNotFoundError:
                return False
            return True

    def drop(self, table: str) -> None:
        """Remove a table with all its versions: its log first, so that nobody finds it half gone."""
        key = self._key(table)
        with self.asked():
            for under in (f"{key}/_delta_log/", f"{key}/"):
                for chunk in obstore.list(self._store, prefix=under):
                    obstore.delete(self._store, [found["path"] for found in chunk])
        self._newest.pop(table, None)

    def sweep(self, table: str, keep: timedelta) -> int:
        """Give up uploads in parts that were begun and never ended; what was uploaded whole delta-rs sees itself."""
        with self.asked():
            return abort_uploads(self._checked, f"{self._key(table)}/", max(keep, timedelta(days=1)))

    def near(self, files: Sequence[str], into: Path) -> list[str]:
        """Copies on this machine: whoever reads them needs no network and no key."""
        with self.asked():
            return self._copies.near(files, into)

    def puts_once(self) -> bool:
        """Write, write again where something is, and remove: whether the second write was refused; Incomplete when one of these may not be done."""
        trial = f"{self.place.prefix}/.trial-{uuid4().hex}".lstrip("/")
        with self.asked():
            obstore.put(self._store, trial, b"lingnan", mode="create")
            try:
                obstore.put(self._store, trial, b"lingnan", mode="create")
            except AlreadyExistsError:
                return True
            finally:
                obstore.delete(self._store, trial)
            return False

    @contextmanager
    def asked(self) -> Iterator[None]:
        """What fails because the store does not answer becomes Incomplete; what delta-rs says of the table itself stays."""
        try:
            yield
        except (CommitFailedError, TableNotFoundError, SchemaMismatchError, DeltaProtocolError):
            raise
        except FileNotFoundError as error:
            raise Missing(
                "所要的文件已不在对象存储中，其版本可能已清理。", "A file is no longer in the object store; its version may have been swept."
            ) from error
        except (BaseError, DeltaError, OSError) as error:
            if isinstance(error, DeltaError) and not _SPEAKS_OF_STORE.search(str(error)):
                raise
            # A store's own text may repeat what was signed, so it is not carried on.
            raise store_failed(self.place, error) from None

    @cached_property
    def _checked(self) -> BucketPlace:
        """The place, once the guard of outgoing calls has let it through."""
        self.place.check()
        return self.place

    @cached_property
    def _store(self) -> S3Store:
        place = self._checked
        return S3Store(
            place.bucket, endpoint=place.endpoint if place.path_style else place.base, region=place.region, access_key_id=place.key_id,
            secret_access_key=place.secret, virtual_hosted_style_request=not place.path_style, conditional_put="etag",
            client_options={
                "allow_http": not place.encrypted, "timeout": timedelta(seconds=place.silence_s),
                "connect_timeout": timedelta(seconds=min(place.silence_s, 5)),
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=place.silence_s * RETRIES)},
        )

    def _key(self, table: str) -> str:
        inside = names.checked(table).replace(".", "/")
        return f"{self.place.prefix}/{inside}" if self.place.prefix else inside

    def _inside(self, file: str) -> str:
        return file.removeprefix(f"s3://{self.place.bucket}/")

    def _versions(self, log: str, after: str | None) -> list[int]:
        with self.asked():
            listed = [found["path"] for chunk in obstore.list(self._store, prefix=log, offset=after) for found in chunk]
        matches = (_VERSION.fullmatch(path.rpartition("/")[2]) for path in listed)
        return sorted(int(match[1]) for match in matches if match)

    def _folders(self, prefix: str) -> list[str]:
        with self.asked():
            found = obstore.list_with_delimiter(self._store, prefix=prefix or None)
        return [each.rstrip("/").rpartition("/")[2] for each in found["common_prefixes"]]

    def _folders_under(self, area: str) -> list[str]:
        return self._folders(f"{self.place.prefix}/{area}/" if self.place.prefix else f"{area}/")

    def _fetch(self, file: str, target: Path, told: Callable[[int], None]) -> None:
        """Copy an object to a file, once its size was told."""
        found = obstore.get(self._store, self._inside(file))
        told(found.meta["size"])
        written = 0
        with target.open("xb") as kept:
            for piece in found.stream(min_chunk_size=1 << 20):
                written += kept.write(memoryview(piece))
        if written != found.meta["size"]:
            raise OSError("the object broke off")
