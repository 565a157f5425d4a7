"""A Spark cluster on 127.0.0.1: a master, workers and the Thrift server, each a process of its own.

PYTHONPATH=tests/spark python -m local_cluster

pyspark has the jars and no start scripts, so that the classes are started directly. Every process leads a
process group: what it starts itself ends with it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from jixiao.settings import PROJECT_ROOT
from spark import SparkError

HOST = "127.0.0.1"
JAVA_RELEASES = (17, 21)
FOREIGN = ("SPARK_", "HADOOP_", "HIVE_")
WORKERS = 2
START_SECONDS = 90.0
STOP_SECONDS = 10.0


def find_java() -> Path:
    """The Java that Spark will run on: that of `JAVA_HOME`, else the first on the path.

    Raises:
        SparkError: There is none, or Spark does not run on its release.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    wanted = f"Java {' or '.join(map(str, JAVA_RELEASES))}"
    if not found:
        where = f"in JAVA_HOME={home}" if home else "on the path"
        raise SparkError(f"No java {where}: install {wanted} (Debian: openjdk-17-jre-headless)")
    said = subprocess.run([found, "-version"], capture_output=True, encoding="utf-8", check=False).stderr
    release = re.search(r'version "(\d+)', said)
    if not release or int(release[1]) not in JAVA_RELEASES:
        raise SparkError(
            f"{found} is {said.splitlines()[0] if said else 'no Java'}: Spark 4 needs {wanted}; name it in JAVA_HOME"
        )
    return Path(found)


def find_home(environment: Path) -> Path:
    """The folder of pyspark in a virtual environment: jars and the commands that run their classes.

    Raises:
        SparkError: pyspark is not installed there.
    """
    for home in environment.glob("lib/python*/site-packages/pyspark"):
        if (home / "bin/spark-class").is_file():
            return home
    raise SparkError(f"No pyspark in {environment}: `make {environment.name}/.cluster` installs it")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class LocalCluster:
    """One master, workers and a Thrift server; a context manager that ends what it started.

    Attributes:
        environment: The virtual environment that pyspark is installed in.
        state: Metastore, warehouse, shuffle files and logs; an empty folder of one's own.
        driver_memory: Of the Thrift server, which plans the queries, as Spark writes it.
        executor_memory: Of each worker.
        settings: Spark settings beside the cluster's own.
        port: Of the Thrift server, known once it has started.
    """

    environment: Path
    state: Path
    driver_memory: str = "2g"
    executor_memory: str = "1g"
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _home: Path = field(init=False, default=Path())
    _processes: dict[str, subprocess.Popen[bytes]] = field(init=False, default_factory=dict)

    def __enter__(self) -> LocalCluster:
        """Start everything and wait until the Thrift server answers.

        Raises:
            SparkError: Java or pyspark is missing, or a process has ended; the message names its log.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        self.stop()

    @property
    def logs(self) -> Path:
        """What the processes print, a file each."""
        return self.state / "logs"

    def log_of(self, name: str) -> Path:
        """What one process prints: `master`, `worker-1` …, `thrift`."""
        return self.logs / f"{name}.log"

    def kill_worker(self, number: int) -> None:
        """End a worker and its executor as a machine ends that loses power."""
        process = self._processes[f"worker-{number}"]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def is_running(self, name: str) -> bool:
        """Whether a process is there."""
        return self._processes[name].poll() is None

    def stop(self) -> None:
        """End all processes, the Thrift server first; one that does not listen is killed."""
        for process in reversed(self._processes.values()):
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            # An executor outlives its worker for some seconds.
            _signal_group(process, signal.SIGKILL)
            process.wait()
            while _signal_group(process, 0) and time.monotonic() < deadline + STOP_SECONDS:
                time.sleep(0.05)

    def _start(self) -> None:
        find_java()
        self._home = find_home(self.environment)
        self.logs.mkdir(parents=True, exist_ok=True)
        master = f"spark://{HOST}:{free_port()}"
        self._run_class(
            "master", "org.apache.spark.deploy.master.Master",
            "--host", HOST, "--port", master.rpartition(":")[2], "--webui-port", "0",
        )  # fmt: skip
        for number in range(1, WORKERS + 1):
            self._run_class(
                f"worker-{number}", "org.apache.spark.deploy.worker.Worker",
                "--host", HOST, "--port", "0", "--webui-port", "0", "--cores", "1",
                "--memory", self.executor_memory, "--work-dir", str(self.state / f"worker-{number}"), master,
            )  # fmt: skip
        self.port = free_port()
        self._run("thrift", self._thrift_command(master))
        self._await_port()

    def _thrift_command(self, master: str) -> list[str]:
        settings = {
            "spark.master": master,
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            "spark.driver.memory": self.driver_memory,
            "spark.executor.memory": self.executor_memory,
            "spark.ui.enabled": "false",
            "spark.sql.warehouse.dir": str(self.state / "warehouse"),
            # A table of the sample fits one partition; adaptive execution splits what is larger.
            "spark.sql.shuffle.partitions": "4",
            "spark.sql.session.timeZone": "UTC",
            "spark.hadoop.javax.jdo.option.ConnectionURL": (
                f"jdbc:derby:;databaseName={self.state / 'metastore'};create=true"
            ),
            "spark.driver.defaultJavaOptions": f"-Dderby.system.home={self.state}",
            **self.settings,
        }
        options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        return [
            str(self._home / "bin/spark-submit"), *options,
            "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "spark-internal",
            "--hiveconf", f"hive.server2.thrift.bind.host={HOST}",
            "--hiveconf", f"hive.server2.thrift.port={self.port}",
        ]  # fmt: skip

    def _run_class(self, name: str, *command: str) -> None:
        # They only pass messages on. The Thrift server would take the memory of a daemon for its own.
        self._run(name, [str(self._home / "bin/spark-class"), *command], {"SPARK_DAEMON_MEMORY": "256m"})

    def _run(self, name: str, command: list[str], own: dict[str, str] | None = None) -> None:
        # Another Spark of the machine, and its settings, are none of this one's business.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        environment = {
            **inherited,
            "SPARK_HOME": str(self._home),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_LOCAL_DIRS": str(self.state / "scratch"),
            **(own or {}),
        }
        with self.log_of(name).open("wb") as log, _undisturbed():
            self._processes[name] = subprocess.Popen(
                command,
                cwd=self.state,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _await_port(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for name in self._processes:
                if not self.is_running(name):
                    raise SparkError(f"Spark's {name} has ended; its log is {self.log_of(name)}")
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            time.sleep(0.2)
        raise SparkError(
            f"The Thrift server does not answer after {START_SECONDS:.0f} s: {self.log_of('thrift')}"
        )


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back Ctrl-C and a plain kill: a process is known, and so can be ended, when it has been started."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = {
        number: signal.signal(number, lambda caught, _: held.append(caught))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for caught in held:
            signal.raise_signal(caught)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> bool:
    """Send a signal to a process and what it started; returns whether anything is left of them."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Start a cluster, print where it listens, and end it on Ctrl-C or a plain kill."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--environment", type=Path, default=PROJECT_ROOT / ".venv-spark", help="holds pyspark"
    )
    parser.add_argument("--check", action="store_true", help="only look for the Java that it needs")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        find_java()
        if options.check:
            return
        with (
            tempfile.TemporaryDirectory(prefix="jixiao-spark-") as state,
            LocalCluster(options.environment.resolve(), Path(state)) as started,
        ):
            print(
                f"JIXIAO_SPARK_HOST={HOST} JIXIAO_SPARK_PORT={started.port}  (logs: {started.logs})",
                flush=True,
            )
            signal.pause()
    except KeyboardInterrupt:
        return
    except (SparkError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
