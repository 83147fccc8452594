"""Tables in a bucket: what is asked of its address, how its secret is kept, lost answers, failing calls, many writers, people's queries."""

import logging
import os
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import obstore
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lingnan.base import FixedClock, Incomplete, Refused, Settings, WrongUse
from lingnan.lake import CommitFacts, Lake, Sandbox, SandboxLimits, View, content_hash
from lingnan.lake.store import BucketPlace
from lingnan.lake.store.bucket import Bucket
from lingnan.lake.store.uploads import abort_uploads, signed
from tests.buckets import SECRET, quick

FACTS, CLOCK = CommitFacts("test:write"), FixedClock(datetime(2026, 11, 1, tzinfo=UTC))
LONG = bool(os.environ.get("LINGNAN_LONG"))
SEEDS = range(20 if LONG else 3)
GIVEN = {"lake_url": "s3://tables/guangdong", "lake_endpoint": "https://s3.example.cn", "lake_key": "AKID", "lake_secret": SECRET}


@pytest.fixture
def lake(bucket_server, tmp_path):
    return bucket_server.lake(tmp_path / "lake", CLOCK)


def whole(table, version=None):
    return {table: View.for_step(table, "test", version)}


def test_settings_name_a_bucket_a_prefix_and_a_service(tmp_path):
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    place = BucketPlace.of(Settings(**{**GIVEN, "lake_secret": "", "lake_secret_file": tmp_path / "secret"}))
    assert (place.bucket, place.prefix, place.base, place.host, place.secret) == (
        "tables", "guangdong", "https://s3.example.cn/tables", "s3.example.cn", SECRET,
    )
    apart = replace(place, path_style=False, endpoint="https://s3.example.cn:9000")
    assert (apart.base, apart.host) == ("https://tables.s3.example.cn:9000", "s3.example.cn:9000")


@pytest.mark.parametrize(("given", "kind", "says"), [
    ({"lake_url": "s3://UPPER/x"}, WrongUse, "s3://bucket/prefix"),
    ({"lake_url": "s3://tables/../x"}, WrongUse, "s3://bucket/prefix"),
    ({"lake_url": "https://s3.example.cn/tables"}, WrongUse, "s3://bucket/prefix"),
    ({"lake_secret": ""}, WrongUse, "LINGNAN_LAKE_SECRET"),
    ({"lake_endpoint": ""}, WrongUse, "LINGNAN_LAKE_ENDPOINT"),
    ({"lake_endpoint": "http://s3.example.cn"}, Refused, "encrypted"),
    ({"lake_endpoint": "http://127.0.0.1.example.cn"}, Refused, "encrypted"),
    ({"lake_endpoint": "https://user@s3.example.cn"}, Refused, "form"),
    ({"lake_endpoint": "https://s3.example.cn/path"}, WrongUse, "without a path"),
])
def test_settings_that_name_no_bucket_whole_or_openly_are_refused(given, kind, says):
    with pytest.raises(kind) as refused:
        BucketPlace.of(Settings(**GIVEN | given))
    assert says in refused.value.en
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("address", ["https://169.254.169.254", "https://[fe80::1]", "https://0.0.0.0"])
def test_an_address_the_guard_refuses_is_never_called(address, tmp_path):
    lake = Lake.of(Settings(home=tmp_path, **GIVEN | {"lake_endpoint": address}), CLOCK)
    for ask in (lake.tables, lambda: lake.schema("area.t"), lambda: lake.engine().query("select 1", {})):
        with pytest.raises(Refused):
            ask()


def test_the_secret_is_shown_nowhere(bucket_server, lake, caplog):
    caplog.set_level(logging.DEBUG)
    lake.append("area.t", pa.table({"id": [1]}), FACTS)
    engine = lake.engine(threads=1)
    shown = engine.query("from duckdb_secrets()", {}).to_pylist()
    settings = engine.query("select name, value from duckdb_settings()", {}).to_pylist()
    with pytest.raises(Exception, match="unredacted") as refused:
        engine.query("from duckdb_secrets(redact=false)", {})
    held = [lake.store, lake.store.place, engine, bucket_server.settings(lake.folder), lake.history("area.t"), lake._open("area.t")]
    assert len(shown) == 1
    assert SECRET not in "".join(map(repr, [shown, settings, str(refused.value), *held, [vars(record) for record in caplog.records]]))


def test_a_service_whose_certificate_nobody_vouches_for_is_told_nothing(tmp_path):
    with _tls_service(tmp_path) as (port, heard):
        place = BucketPlace("lingnan", "p", f"https://127.0.0.1:{port}", "us-east-1", "AKID", SECRET, silence_s=1)
        lake = Lake(tmp_path / "lake", CLOCK, Bucket(place, tmp_path / "copies"))
        with lake.engine(threads=1).session({}) as session:
            session.execute("set http_retries = 0")
            with pytest.raises(Incomplete):
                session.query("from read_parquet('s3://lingnan/p/x.parquet')")
        with pytest.raises(Incomplete) as failed:
            lake.tables()
    assert not any(heard)
    assert SECRET not in str(failed.value)


def test_a_store_that_overwrites_is_found_out(faulty_server, tmp_path):
    lake = faulty_server.lake(tmp_path / "lake", CLOCK)
    assert lake.store.puts_once()
    faulty_server.tell(overwrites=True)
    try:
        assert not lake.store.puts_once()
    finally:
        faulty_server.tell(overwrites=False)


def test_a_table_dropped_and_made_anew_begins_again(lake):
    for _ in range(3):
        lake.append("area.t", pa.table({"id": [1]}), FACTS)
    assert (lake.newest("area.t"), lake.tables()) == (2, ["area.t"])
    lake.drop("area.t")
    assert (lake.newest("area.t"), lake.exists("area.t"), lake.tables()) == (None, False, [])
    lake.append("area.t", pa.table({"id": [1]}), FACTS)
    assert lake.newest("area.t") == 0


def test_another_process_s_version_is_seen_at_once(bucket_server, tmp_path):
    place = bucket_server.place()
    one, other = (bucket_server.lake(tmp_path / name, CLOCK, place) for name in ("one", "other"))
    one.append("area.t", pa.table({"id": [1]}), FACTS)
    assert other.newest("area.t") == 0
    for _ in range(2):
        one.append("area.t", pa.table({"id": [1]}), FACTS)
    assert other.newest("area.t") == 2


def test_files_keep_their_statistics_and_old_ones_are_swept(lake):
    engine = lake.engine()
    engine.write("area.t", "select range as id, 'n' || range as name from range(100)", {}, FACTS)
    [actions] = pa.table(lake._open("area.t").get_add_actions(flatten=True)).to_pylist()
    assert (actions["num_records"], actions["min.id"], actions["max.id"], actions["null_count.name"]) == (100, 0, 99, 0)
    [old] = lake.files("area.t")
    engine.write("area.t", "select 1::bigint as id, 'x' as name", {}, FACTS)
    stray = f"{lake.store._key('area.t')}/part-stray.parquet"
    obstore.put(lake.store._store, stray, b"never committed")
    assert lake.store.holds(old)
    assert lake.sweep("area.t", timedelta(0)) == 2
    assert not lake.store.holds(old)
    assert not lake.store.holds(f"s3://lingnan/{stray}")
    assert lake.rows("area.t") == 1


def test_an_upload_that_never_ended_is_given_up_once_it_is_old(lake):
    boto3 = pytest.importorskip("boto3")
    place = lake.store.place
    client = boto3.client("s3", endpoint_url=place.endpoint, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    begun = [f"{place.prefix}/area/t/part-{n}.parquet" for n in range(3)]
    for key in [*begun, f"{place.prefix}/area/t2/part.parquet"]:
        client.create_multipart_upload(Bucket=place.bucket, Key=key)
    assert abort_uploads(place, f"{place.prefix}/area/t/", timedelta(days=36_500)) == 0
    assert abort_uploads(place, f"{place.prefix}/area/t/", timedelta(0)) == 3
    left = [each["Key"] for each in client.list_multipart_uploads(Bucket=place.bucket).get("Uploads", []) if each["Key"].startswith(place.prefix)]
    assert left == [f"{place.prefix}/area/t2/part.parquet"]


@pytest.mark.parametrize(("query", "signature"), [
    ("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
])
def test_calls_are_signed_as_the_interface_describes(query, signature):
    """The two examples without a body in the interface's own description of Signature Version 4."""
    key = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    place = BucketPlace("examplebucket", "", "https://s3.amazonaws.com", "us-east-1", *key)
    told = signed(place, "GET", "examplebucket.s3.amazonaws.com", "/", query, "20130524T000000Z")
    assert told["Authorization"].endswith(f"Signature={signature}")


@pytest.mark.parametrize("lost", [1, 2])
def test_a_commit_whose_answer_is_lost_is_not_made_twice(faulty_server, tmp_path, lost):
    """A store did what was asked and its answer was lost: asked again it says that the version is there, which must not be taken for another's."""
    lake = faulty_server.lake(tmp_path / "lake", CLOCK)
    engine = lake.engine(threads=1)
    writes = [
        lambda: engine.write("area.t", "select range as id from range(10)", {}, FACTS),
        lambda: engine.write("area.t", "select range as id from range(5)", {}, FACTS, "append"),
        lambda: lake.append("area.t", pa.table({"id": [1, 2]}), FACTS),
        lambda: engine.write("area.t", "select range as id from range(7)", {}, FACTS),
        lambda: lake.append("area.t", pa.table({"id": [3]}), FACTS),
        lambda: lake.compact("area.t"),
        lambda: lake.overwrite("area.t", pa.table({"id": [3]}), FACTS),
        lambda: lake.append("area.u", pa.table({"id": [3]}), FACTS),
    ]
    once = pa.table({"id": [4, 5]}).to_reader()
    found = []
    for write in writes:
        faulty_server.tell(lose=lost)
        found.append((write(), lake.rows("area.t")))
    faulty_server.tell(lose=0)
    assert found == [(0, 10), (1, 15), (2, 17), (3, 7), (4, 8), (5, 8), (6, 1), (0, 1)]
    assert [commit.version for commit in lake.history("area.t")] == [6, 5, 4, 3, 2, 1, 0]
    faulty_server.tell(lose=lost)
    lake.append("area.u", once, FACTS)
    faulty_server.tell(lose=0)
    assert lake.rows("area.u") == 3
    assert engine.query("select list(id order by id) as ids from area.u", whole("area.u")).to_pylist() == [{"ids": [3, 4, 5]}]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_failing_store_ends_in_the_same_rows_or_in_a_clear_sentence(faulty_server, tmp_path, seed):
    """One call in twenty fails, in all the ways stores and networks do; what stops is repeated, as the command is."""
    plain = Lake(tmp_path / "plain", CLOCK)
    lake = faulty_server.lake(tmp_path / "lake", CLOCK, quick(faulty_server.place()))
    faulty_server.tell(share=0.05, seed=seed, silence_s=2.5)
    try:
        for each in (plain, lake):
            _journey(each)
        done = faulty_server.tell(share=0.0)
    finally:
        faulty_server.tell(share=0.0)
    assert sum(count for fault, count in done.items() if fault != "none") > 3
    for table in plain.tables():
        assert content_hash(lake, lake.engine(), table) == content_hash(plain, plain.engine(), table)
    assert lake.tables() == plain.tables()


def test_a_store_that_is_away_is_told_in_a_sentence(faulty_server, tmp_path):
    lake = faulty_server.lake(tmp_path / "lake", CLOCK, quick(faulty_server.place()))
    lake.append("area.t", pa.table({"id": [1]}), FACTS)
    reader = pa.RecordBatchReader.from_batches(pa.schema([("id", pa.int64())]), iter(pa.table({"id": [1]}).to_batches()))
    files = lake.files("area.t")
    faulty_server.tell(share=1.0, seed=1, silence_s=0.0)
    try:
        asked = [
            lambda: lake.newest("area.t"), lambda: lake.append("area.t", reader, FACTS), lambda: lake.store.near(files, tmp_path / "near"),
        ]
        for ask in asked:
            with pytest.raises(Incomplete) as failed:
                ask()
            assert "LINGNAN" not in failed.value.en
            assert faulty_server.url in failed.value.en
            assert "repeat the command" in failed.value.en
    finally:
        faulty_server.tell(share=0.0)


def test_many_writers_at_once_lose_and_double_nothing(bucket_server, tmp_path):
    """Processes (eight in a long run) append and join files at once; the store takes each version from one of them."""
    place, each, many = bucket_server.place(), 2, 8 if LONG else 4
    script = textwrap.dedent(f"""
        import random, sys
        from lingnan.base import SystemClock, load_settings
        from lingnan.lake import CommitFacts, Lake
        number = int(sys.argv[1])
        lake = Lake.of(load_settings(), SystemClock())
        engine = lake.engine(threads=1)
        for seed in range({len(SEEDS)}):
            chance = random.Random(seed * 8 + number)
            for turn in range({each}):
                engine.write(f"area.t{{seed}}", f"select {{number}}::bigint as writer, {{turn}}::bigint as turn", {{}}, CommitFacts("many"), "append")
                if chance.random() < 0.2:
                    lake.compact(f"area.t{{seed}}")
    """)
    environment = os.environ | bucket_server.environment(place)
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(number)], env=environment | {"LINGNAN_HOME": str(tmp_path / str(number))})
        for number in range(many)
    ]
    assert [writer.wait() for writer in writers] == [0] * many
    lake = bucket_server.lake(tmp_path / "lake", CLOCK, place)
    expected = [{"writer": writer, "turn": turn} for writer in range(many) for turn in range(each)]
    for seed in SEEDS:
        table = f"area.t{seed}"
        assert lake.engine().query(f"select writer, turn from {table} order by all", whole(table)).to_pylist() == expected


def test_people_s_queries_read_copies_that_end_with_their_process(lake):
    lake.engine().write("area.t", "select range as id, 'secret' || range as name from range(10)", {}, FACTS)
    sandbox, copies = Sandbox(lake, SandboxLimits(memory="512MB", disk="512MB", threads=1)), lake.folder / ".copies"
    view = View("area.t", "d", columns=("id",), row_filter="id >= 7")
    try:
        for _ in range(2):
            with sandbox.entered("somebody") as box:
                statement = box.read("select sum(id) as s from area.t", lambda _table: ("id",))
                assert box.run(statement, {"area.t": view}).data.to_pylist() == [{"s": 24}]
        [copy] = copies.iterdir()
        assert (copies.stat().st_mode & 0o777, copy.stat().st_mode & 0o777) == (0o700, 0o600)
    finally:
        sandbox.close()


def test_copies_make_room_for_newer_ones_and_what_is_read_stays_readable(bucket_server, tmp_path):
    place = bucket_server.place()
    lake = bucket_server.lake(tmp_path / "lake", CLOCK, place)
    for number in range(3):
        lake.engine(threads=1).write(f"area.t{number}", "select md5(range::varchar) as h from range(60)", {}, FACTS)
    most = sum(lake.size(f"area.t{number}")[1] for number in range(3)) - 1
    lake = bucket_server.lake(tmp_path / "lake", CLOCK, replace(place, copies_bytes=most))
    near = [lake.store.near(lake.files(f"area.t{number}"), tmp_path / str(number))[0] for number in range(3)]
    kept = list((lake.folder / ".copies").iterdir())
    assert len(kept) == 2
    assert [pq.read_table(file).num_rows for file in near] == [60, 60, 60]
    lake.engine(threads=1).write("area.large", "select md5(range::varchar) as h from range(1000)", {}, FACTS)
    with pytest.raises(Incomplete) as refused:
        lake.store.near(lake.files("area.large"), tmp_path / "large")
    assert "LINGNAN_LAKE_COPIES" in refused.value.en


def test_spark_is_refused_over_a_bucket(lake):
    with pytest.raises(WrongUse) as refused:
        lake.engine("spark")
    assert "object storage" in refused.value.en
    with pytest.raises(WrongUse):
        lake.path("area.t")


def _journey(lake):
    """Tables made out of tables, each written as a build writes: whole, and again when it stopped."""
    engine = lake.engine(threads=1)
    _repeated(lambda: lake.overwrite("area.a", pa.table({"id": list(range(50)), "name": [f"n{n}" for n in range(50)]}), FACTS))
    for number in range(6):
        source = "area.a" if not number else f"area.b{number - 1}"
        sql = f"select id + {number} as id, name from {source} where id % 7 <> {number}"
        _repeated(lambda table=f"area.b{number}", sql=sql, source=source: engine.write(table, sql, whole(source), FACTS))
    _repeated(lambda: lake.compact("area.a"))
    _repeated(lambda: lake.sweep("area.a", timedelta(days=30)))


def _repeated(action):
    stopped = []
    for _ in range(5):
        try:
            return action()
        except Incomplete as error:
            stopped.append(error.en)
    raise AssertionError(f"the store fails one call in twenty and nothing ends: {stopped}")


class _tls_service:
    """Listens under TLS with a certificate of its own making, and keeps what it is told."""

    def __init__(self, folder):
        self.folder, self.heard = folder, []

    def __enter__(self):
        key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True).sign(key, hashes.SHA256())
        )
        plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (self.folder / "service.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM) + plain)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "service.pem")
        self.listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, args=(context,), daemon=True).start()
        return self.listening.getsockname()[1], self.heard

    def _serve(self, context):
        while True:
            try:
                connection, _address = self.listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    self.heard.append(secure.recv(100))
            except OSError:
                connection.close()

    def __exit__(self, *_error):
        self.listening.close()
