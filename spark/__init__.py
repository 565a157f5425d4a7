"""The same models on a Spark cluster, with inputs and marts exchanged as Parquet."""

STORAGE = "JIXIAO_SPARK_STORAGE"
ADDRESS = "JIXIAO_SPARK_ADDRESS"
ENVIRONMENT = "JIXIAO_SPARK_ENVIRONMENT"
RELEASE = "JIXIAO_SPARK_RELEASE"
"""The variables that configure a cluster, beside those that dbt reads in `profiles.yml`."""


class SparkError(Exception):
    """A step of the exchange with a cluster failed; the message names the cause and the remedy."""

    @property
    def description(self) -> str:
        """The description in the report of a failed build."""
        return str(self)
