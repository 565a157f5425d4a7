"""The slice in PostgreSQL: a cluster of its own in a temporary folder, behind a socket in it.

The raw rows are loaded from Parquet by COPY into unlogged tables; the results stay in the database, as they would,
and are copied out for the comparison after the clock has stopped.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.engines.sql import POSTGRES, Slice
from benchmarks.peers.engines.task import RAW_COLUMNS, REFERENCE_COLUMNS, RESULTS, Task

if TYPE_CHECKING:
    import psycopg

PROGRAMS = ("initdb", "postgres")
DEBIAN = "/usr/lib/postgresql"
USERS = ("postgres", "nobody")
START_SECONDS = 30.0

SETTINGS = {
    "listen_addresses": "",
    # What a warehouse that can be computed again would have: no log for crashes, memory for joins.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "3GB",
    "random_page_cost": "1.1",
}


def find_programs() -> dict[str, str]:
    """The programs of a server by name: from the path, else where Debian keeps those of the newest release."""
    homes = sorted(Path(DEBIAN).glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    places = os.pathsep.join([os.environ.get("PATH", ""), *map(str, homes)])
    found = {name: shutil.which(name, path=places) for name in PROGRAMS}
    return {name: path for name, path in found.items() if path}


def user_prefix() -> list[str]:
    """What runs a command as somebody who isn't root; empty for who isn't.

    Raises:
        LookupError: There is nobody else, or no way to become somebody else.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise LookupError(
            "PostgreSQL does not run as root, and there is no setpriv to become another user with"
        )
    user = _other_user()
    return [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def missing() -> str:
    """What is missing for a server; blank if nothing is."""
    absent = set(PROGRAMS) - set(find_programs())
    if absent:
        return f"no {' and no '.join(sorted(absent))} on the path (Debian: postgresql)"
    try:
        user_prefix()
    except LookupError as error:
        return str(error)
    return ""


def server_version() -> str:
    """The release of the server."""
    program = find_programs()["postgres"]
    said = subprocess.run([program, "--version"], capture_output=True, encoding="utf-8", check=True).stdout
    return said.split()[2]


def _other_user() -> pwd.struct_passwd:
    for name in USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LookupError(f"PostgreSQL does not run as root, and there is no user {' or '.join(USERS)}")


class Cluster:
    """A server that is there until it is stopped; whoever starts it waits for it, so that its memory is told."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jixiao-pg-"))
        prefix, programs = user_prefix(), find_programs()
        if prefix:
            user = _other_user()
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        data = self.folder / "data"
        subprocess.run(
            [*prefix, programs["initdb"], "--pgdata", str(data), "--username=jixiao", "--auth=trust",
             "--encoding=UTF8", "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder,
        )  # fmt: skip
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        self._server = subprocess.Popen(
            [*prefix, programs["postgres"], "-D", str(data), "-k", str(self.folder), *settings],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
        )  # fmt: skip

    def connect(self) -> psycopg.Connection:
        """A connection, as soon as the server takes one.

        Raises:
            psycopg.OperationalError: It doesn't.
        """
        import psycopg  # noqa: PLC0415

        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(
                    host=str(self.folder), user="jixiao", dbname="postgres", autocommit=True
                )
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._server.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait()
        shutil.rmtree(self.folder)


def load(connection: psycopg.Connection, task: Task) -> None:
    """Copy the active raw rows and the reference tables into unlogged tables."""
    from pyarrow import csv, dataset  # noqa: PLC0415

    active = dataset.dataset(task.documents).to_table(columns=["document_id", "batch"])
    partitioning = dataset.partitioning(flavor="hive")
    for table, columns in RAW_COLUMNS.items():
        names = ["document_id", *columns]
        _create(connection, table, dict.fromkeys(names, "text"))
        source = dataset.dataset(task.raw / table, format="parquet", partitioning=partitioning)
        rows = source.to_table(columns=[*names, "batch"])
        rows = rows.set_column(len(names), "batch", rows["batch"].cast("string").cast("int32"))
        known = active.set_column(1, "batch", active["batch"].cast("int32"))
        kept = rows.join(known, ["document_id", "batch"], join_type="left semi").select(names)
        with connection.cursor().copy(_copy(table, names)) as copy:
            csv.write_csv(kept, _Sink(copy), csv.WriteOptions(include_header=False))
    for table, types in REFERENCE_COLUMNS.items():
        _create(connection, table, types)
        options = csv.ConvertOptions(strings_can_be_null=True, null_values=[""])
        rows = csv.read_csv(task.reference_file(table), convert_options=options).select(list(types))
        with connection.cursor().copy(_copy(table, list(types))) as copy:
            csv.write_csv(rows, _Sink(copy), csv.WriteOptions(include_header=False))
    connection.execute("analyze")


class _Sink:
    """A file that is a COPY."""

    closed = False

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy

    def write(self, data: bytes) -> int:
        self._copy.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass


def _create(connection: psycopg.Connection, table: str, types: dict[str, str]) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
    connection.execute(f"create unlogged table {table} ({columns})")


def _copy(table: str, columns: Sequence[str]) -> str:
    return f"copy {table} ({', '.join(columns)}) from stdin (format csv)"


def main() -> None:
    """Compute the slice."""
    task = Task()
    with task.stage("start"):
        import pyarrow  # noqa: F401, PLC0415

        server = Cluster()
        connection = server.connect()
    try:
        with task.stage("load"):
            load(connection, task)
        with task.stage("work"):
            queries = Slice(POSTGRES)
            for name, query in queries.typed.items():
                connection.execute(f"create unlogged table {name} as {query}")
                connection.execute(f"analyze {name}")
            for name in RESULTS:
                connection.execute(f"create unlogged table mart_{name} as {queries.results[name]}")
        with task.stage("export"):
            for name in RESULTS:
                with connection.cursor().copy(f"copy mart_{name} to stdout (format csv, header)") as copy:
                    Path(task.result(name)).with_suffix(".csv").write_bytes(b"".join(copy))
        connection.close()
    finally:
        server.stop()
    task.tell()


if __name__ == "__main__":
    main()
