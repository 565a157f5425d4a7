"""The same models on a Spark cluster: the inputs go over as Parquet, the marts come back as Parquet."""
