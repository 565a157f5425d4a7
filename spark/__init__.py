"""The same models on a Spark cluster: the inputs go over as Parquet, the marts come back as Parquet."""

STORAGE = "JIXIAO_SPARK_STORAGE"
ADDRESS = "JIXIAO_SPARK_ADDRESS"
ENVIRONMENT = "JIXIAO_SPARK_ENVIRONMENT"
RELEASE = "JIXIAO_SPARK_RELEASE"
"""What names a cluster in the environment, beside what dbt reads: `profiles.yml`."""


class SparkError(Exception):
    """Something on the way to a cluster or back can't be done; the message says what, and what to do."""

    @property
    def description(self) -> str:
        """What the report of a failed build says."""
        return str(self)
