"""The slice in Spark on this machine alone: its SQL over the raw store, one JVM with a thread a core."""

from __future__ import annotations

import os

from benchmarks.peers.engines.sql import SPARK, Slice
from benchmarks.peers.engines.task import RAW_COLUMNS, REFERENCE_COLUMNS, RESULTS, Task


def main() -> None:
    """Compute the slice, and wait for the JVM, whose memory is the peer's."""
    task = Task()
    with task.stage("start"):
        from pyspark.sql import SparkSession  # noqa: PLC0415
        from pyspark.sql.functions import broadcast  # noqa: PLC0415

        spark = (
            SparkSession.builder.master("local[*]")
            .appName("jixiao-benchmark")
            .config("spark.driver.memory", os.environ["PEER_JVM_MEMORY"])
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.local.dir", str(task.out))
            .config("spark.sql.warehouse.dir", str(task.out / "warehouse"))
            .config("spark.sql.shuffle.partitions", str(2 * (os.cpu_count() or 1)))
            .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
            .getOrCreate()
        )
    with task.stage("work"):
        queries = Slice(SPARK)
        active = broadcast(spark.read.parquet(task.documents).select("document_id", "batch"))
        for table, columns in RAW_COLUMNS.items():
            rows = spark.read.parquet(str(task.raw / table)).select("document_id", "batch", *columns)
            rows.join(active, ["document_id", "batch"], "left_semi").createOrReplaceTempView(table)
        for table, types in REFERENCE_COLUMNS.items():
            rows = spark.read.csv(task.reference_file(table), header=True, multiLine=True, escape='"')
            rows.selectExpr(
                *(
                    f"cast({name} as {'string' if kind == 'text' else kind}) as {name}"
                    for name, kind in types.items()
                )
            ).createOrReplaceTempView(table)
        for name, query in queries.typed.items():
            spark.sql(query).cache().createOrReplaceTempView(name)
        for name in RESULTS:
            spark.sql(queries.results[name]).write.parquet(task.result(name))
    gateway = spark.sparkContext._gateway
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    task.tell()


if __name__ == "__main__":
    main()
