"""The slice in polars: lazy frames over the raw store, all results collected in one streaming plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from benchmarks.peers.engines.task import (
    FULL_WIDTH,
    HALF_WIDTH,
    MONEY_TOLERANCE,
    NUMBER_TOLERANCE,
    PLAIN,
    RAW_COLUMNS,
    REFERENCE_COLUMNS,
    SCORE_TOLERANCE,
    Task,
)

if TYPE_CHECKING:
    import polars as pl

AMOUNTS = ("initial_budget", "annual_budget", "executed")
AWAY: Literal["half_away_from_zero"] = "half_away_from_zero"


def printed(column: str) -> pl.Expr:
    """Return a text without surrounding spaces; null if it is empty."""
    text = pl.col(column).str.replace_all("　", " ", literal=True).str.strip_chars(" ")
    return pl.when(text != "").then(text).alias(column)


def number(column: str) -> pl.Expr:
    """Return a printed number as decimal(20, 8); null if it is not a number."""
    without = {",": "", "%": ""}
    signs = {
        full: without.get(half, half) for full, half in zip(FULL_WIDTH, HALF_WIDTH, strict=True)
    } | without
    text = printed(column).str.replace_many(list(signs), list(signs.values()))
    return text.cast(pl.Decimal(20, 8), strict=False).alias(column)


def ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """Return a quotient rounded to six places as decimal(12, 6); null if it doesn't fit."""
    quotient = numerator.cast(pl.Float64) / denominator.cast(pl.Float64)
    return pl.when(denominator != 0).then(quotient.round(6, mode=AWAY)).cast(pl.Decimal(12, 6), strict=False)


def points(column: pl.Expr) -> pl.Expr:
    """Return a number rounded to two places as decimal(7, 2); null if it doesn't fit."""
    return column.round(2, mode=AWAY).cast(pl.Decimal(7, 2), strict=False)


def project_id() -> pl.Expr:
    """Return the readable key of a form."""
    return pl.concat_str(["document_id", printed("form_no").str.pad_start(3, "0")], separator="-").alias(
        "project_id"
    )


def total(column: str) -> pl.Expr:
    """Return a sum that is null if there is nothing to add."""
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum()).alias(column)


class Slice:
    """The lazy frames of the slice.

    Args:
        task: The location of the data.
    """

    def __init__(self, task: Task) -> None:
        active = pl.scan_parquet(task.documents).select("document_id", "batch")
        raw = {
            table: pl.scan_parquet(
                task.files(table),
                hive_partitioning=True,
                hive_schema={"year": pl.String, "batch": pl.String},
            )
            .join(active, on=["document_id", "batch"], how="semi")
            .select("document_id", *columns)
            for table, columns in RAW_COLUMNS.items()
        }
        types = {"text": pl.String, "integer": pl.Int64}
        reference = {
            table: pl.scan_csv(
                task.reference_file(table),
                schema_overrides={name: types[kind] for name, kind in columns.items()},
            ).select(columns.keys())
            for table, columns in REFERENCE_COLUMNS.items()
        }
        self._indicators = raw["raw_self_evaluation_indicator"]
        self._reference = reference
        self._documents = (
            raw["raw_document"]
            .with_columns(
                printed("organization_name"), printed("amount_unit"), printed("fiscal_year").cast(pl.Int32)
            )
            .join(reference["amount_unit"], on="amount_unit", how="left")
            .drop("amount_unit")
        )
        self._forms = (
            raw["raw_self_evaluation"]
            .join(self._documents, on="document_id")
            .select(
                project_id(),
                "document_id",
                "organization_name",
                "fiscal_year",
                printed("implementing_unit"),
                number("total_weight"),
                number("total_score"),
                printed("total_source_line").cast(pl.Int32).alias("source_line"),
            )
        )
        self._funds = self._typed_funds(raw["raw_self_evaluation_fund"])

    def _typed_funds(self, raw: pl.LazyFrame) -> pl.LazyFrame:
        def in_unit(name: str) -> pl.Expr:
            own, factor = pl.col("own_factor"), pl.col("yuan_factor")
            other = (pl.col(name).cast(pl.Float64) * own / factor).round(6, mode=AWAY).cast(pl.Decimal(20, 8))
            return pl.when(own.is_null() | (own == factor)).then(pl.col(name)).otherwise(other).alias(name)

        def yuan(name: str) -> pl.Expr:
            amount = (pl.col(name) * pl.col("yuan_factor")).round(2, mode=AWAY)
            return amount.cast(pl.Decimal(18, 2)).alias(f"{name}_yuan")

        rate = pl.col("execution_rate")
        return (
            raw.select(
                project_id(),
                "document_id",
                printed("source_line").cast(pl.Int32),
                printed("fund_source").alias("fund_source_text"),
                printed("amount_unit"),
                printed("execution_rate").str.contains("[%％]").alias("has_percent"),
                *map(number, (*AMOUNTS, "weight", "execution_rate", "score")),
            )
            .join(self._documents.select("document_id", "yuan_factor"), on="document_id")
            .join(
                self._reference["amount_unit"].rename({"yuan_factor": "own_factor"}),
                on="amount_unit",
                how="left",
            )
            .join(self._reference["fund_source"], on="fund_source_text", how="left")
            .with_columns(map(in_unit, AMOUNTS))
            .with_columns(
                *map(yuan, AMOUNTS),
                pl.coalesce("fund_source", "fund_source_text").alias("fund_source"),
                pl.when(pl.col("has_percent") | (rate > 1)).then(rate).otherwise(rate * 100).alias("percent"),
            )
        )

    @property
    def project_fund(self) -> pl.LazyFrame:
        """Return the funds of each form."""
        return self._funds.select(
            "project_id",
            "document_id",
            "fund_source",
            "fund_source_text",
            *(f"{name}_yuan" for name in AMOUNTS),
            ratio(pl.col("executed"), pl.col("annual_budget")).alias("execution_rate"),
            ratio(pl.col("percent"), pl.lit(100)).alias("reported_execution_rate"),
            points(pl.col("weight")),
            points(pl.col("score")).alias("reported_score"),
            "source_line",
        )

    @property
    def unit_execution(self) -> pl.LazyFrame:
        """Return each unit's execution of its budget in a year, and its share of all units' spending."""
        key = ["organization_name", "unit_name", "fiscal_year"]
        executed = pl.col("executed_yuan")
        return (
            self._funds.filter(pl.col("fund_source") == "total")
            .select("project_id", *(f"{name}_yuan" for name in AMOUNTS))
            .join(self._forms, on="project_id")
            .join(
                self._reference["unit_alias"],
                left_on=["organization_name", "implementing_unit"],
                right_on=["organization_name", "alias"],
                how="left",
            )
            .with_columns(pl.coalesce("unit_name", "implementing_unit").alias("unit_name"))
            .group_by(key)
            .agg(pl.len().cast(pl.Int32).alias("projects"), *(total(f"{name}_yuan") for name in AMOUNTS))
            .with_columns(
                ratio(executed, pl.col("annual_budget_yuan")).alias("execution_rate"),
                ratio(executed, executed.sum().over("organization_name", "fiscal_year")).alias("share_rate"),
            )
        )

    @property
    def project_score(self) -> pl.LazyFrame:
        """Return the total of each form as reported and as the sum of its lines."""
        weight, score = pl.col("weight"), pl.col("score")
        summed = (
            pl.concat(
                [
                    self._funds.filter(pl.col("fund_source") == "total").select(
                        "project_id", "weight", "score"
                    ),
                    self._indicators.select(project_id(), number("weight"), number("score")),
                ]
            )
            .group_by("project_id")
            .agg(
                pl.len().cast(pl.Int32).alias("score_lines"),
                (weight.is_not_null() & score.is_null()).sum().cast(pl.Int32).alias("blank_score_lines"),
                total("weight").alias("weights_total"),
                pl.when(score.null_count() == 0).then(score.sum()).alias("recomputed_total"),
            )
        )
        difference = pl.col("total_score") - pl.col("recomputed_total")
        tolerance = pl.lit(SCORE_TOLERANCE).cast(pl.Decimal(20, 8))
        return self._forms.join(summed, on="project_id").select(
            "project_id",
            "document_id",
            "fiscal_year",
            "score_lines",
            "blank_score_lines",
            points(pl.col("total_weight")).alias("reported_weights_total"),
            points(pl.col("weights_total")),
            points(pl.col("total_score")).alias("reported_total"),
            points(pl.col("recomputed_total")),
            points(difference).alias("difference"),
            (difference.abs() <= tolerance).alias("is_consistent"),
            "source_line",
        )

    @property
    def indicator_variance(self) -> pl.LazyFrame:
        """Return the comparison of plain targets with plain actuals."""
        units = self._reference["measure_unit"]
        classes = self._reference["indicator_class"]
        frame = (
            self._indicators.filter(
                printed("target").str.contains(PLAIN), printed("actual").str.contains(PLAIN)
            )
            .select(
                pl.concat_str(
                    [project_id(), printed("indicator_no").str.pad_start(2, "0")], separator="-"
                ).alias("indicator_id"),
                "document_id",
                printed("source_line").cast(pl.Int32),
                printed("level1"),
                printed("level2"),
                printed("target").str.extract_groups(PLAIN).alias("target"),
                printed("actual").str.extract_groups(PLAIN).alias("actual"),
            )
            .join(self._documents.select("document_id", "fiscal_year"), on="document_id")
            .join(
                classes.filter(pl.col("level2").is_not_null()).rename({"class_code": "class_of_both"}),
                on=["level1", "level2"],
                how="left",
            )
            .join(classes.filter(pl.col("level2").is_null()).drop("level2"), on="level1", how="left")
        )
        for side in ("target", "actual"):
            frame = self._measured(frame, side, units)
        return self._compared(frame)

    @staticmethod
    def _measured(frame: pl.LazyFrame, side: str, units: pl.LazyFrame) -> pl.LazyFrame:
        """Divide the printed value of a side into sign, number and unit, with the factor of the unit."""
        fields = pl.col(side).struct
        sign = fields.field("1").replace({"≥": ">=", "≤": "<="})
        word = fields.field("4")
        return (
            frame.with_columns(
                pl.when(sign != "").then(sign).alias(f"{side}_sign"),
                fields.field("2").cast(pl.Decimal(20, 8)).alias(f"{side}_number"),
                word.alias(f"{side}_word"),
            )
            .join(
                units.rename(lambda name: f"{side}_{name}"),
                left_on=f"{side}_word",
                right_on=f"{side}_unit_text",
                how="left",
            )
            .with_columns(
                pl.coalesce(f"{side}_unit", f"{side}_word").alias(f"{side}_unit"),
                pl.col(f"{side}_factor").fill_null(1),
                pl.col(f"{side}_value_kind").fill_null("quantity"),
            )
        )

    @staticmethod
    def _compared(frame: pl.LazyFrame) -> pl.LazyFrame:
        target, actual, comparator = pl.col("target_value"), pl.col("actual_value"), pl.col("comparator")
        target_unit, actual_unit = pl.col("target_unit"), pl.col("actual_unit")
        target_kind, actual_kind = pl.col("target_value_kind"), pl.col("actual_value_kind")
        of_one = target_unit.is_null() | actual_unit.is_null()
        is_cost = (pl.coalesce("class_of_both", "class_code") == "cost").fill_null(value=False)
        is_directed = pl.col("target_sign").is_not_null() | (is_cost & (target_kind != "percent"))
        is_ceiling = comparator.is_in(["<=", "<"])
        reason = (
            pl.when(pl.col("actual_sign").is_in(["<=", "<", ">=", ">"]))
            .then(pl.lit("actual_is_bound"))
            .when((pl.col("actual_number") == 0) & actual_unit.is_null())
            .then(None)
            .when((target_kind == "percent") != (actual_kind == "percent"))
            .then(pl.lit("kind_differs"))
            .when(target_unit != actual_unit)
            .then(pl.lit("unit_differs"))
        )

        def value(side: str) -> pl.Expr:
            number = pl.col(f"{side}_number")
            factor = pl.when(of_one).then(1).otherwise(pl.col(f"{side}_factor"))
            return (number * factor).round(6, mode=AWAY).cast(pl.Decimal(20, 6)).alias(f"{side}_value")

        def outcome(condition: pl.Expr) -> pl.Expr:
            return pl.when(condition).then(pl.lit("met")).otherwise(pl.lit("unmet"))

        def tolerance(text: str) -> pl.Expr:
            return pl.lit(text).cast(pl.Decimal(20, 6))

        within = pl.col("tolerance")
        attainment = (
            pl.when(pl.col("not_checkable_reason").is_not_null())
            .then(pl.lit("not_checkable"))
            .when(comparator == "<=")
            .then(outcome(actual <= target + within))
            .when(comparator == "<")
            .then(outcome(actual < target))
            .when(comparator == "=")
            .then(outcome((actual - target).abs() <= within))
            .when(actual > target + within)
            .then(pl.lit("exceeded"))
            .otherwise(outcome((comparator == ">=") & (actual >= target - within)))
        )
        checkable = pl.col("not_checkable_reason").is_null() & (target > 0)
        return (
            frame.filter(is_directed)
            .with_columns(
                pl.col("target_sign").fill_null("<=").alias("comparator"),
                reason.alias("not_checkable_reason"),
                pl.coalesce(target_unit, actual_unit).alias("unit"),
                value("target"),
                value("actual"),
                pl.when(target_kind == "money")
                .then(tolerance(MONEY_TOLERANCE))
                .otherwise(tolerance(NUMBER_TOLERANCE))
                .alias("tolerance"),
            )
            .select(
                "indicator_id",
                "document_id",
                "fiscal_year",
                "comparator",
                "target_value",
                "actual_value",
                "unit",
                pl.when(checkable)
                .then(pl.when(is_ceiling).then(ratio(target, actual)).otherwise(ratio(actual, target)))
                .alias("completion_rate"),
                pl.when(checkable)
                .then(
                    pl.when(is_ceiling)
                    .then(ratio(target - actual, target))
                    .when(comparator == "=")
                    .then(-ratio(actual - target, target).abs())
                    .otherwise(ratio(actual - target, target))
                )
                .alias("deviation_rate"),
                attainment.alias("attainment"),
                "not_checkable_reason",
                "source_line",
            )
        )


def main() -> None:
    """Compute the slice."""
    global pl  # noqa: PLW0603
    task = Task()
    with task.stage("start"):
        import polars as pl  # noqa: PLC0415
    with task.stage("work"):
        frames = Slice(task)
        results = {
            "project_fund": frames.project_fund,
            "unit_execution": frames.unit_execution,
            "project_score": frames.project_score,
            "indicator_variance": frames.indicator_variance,
        }
        pl.collect_all(
            [frame.sink_parquet(task.result(name), lazy=True) for name, frame in results.items()],
            engine="streaming",
        )
    task.write_times()


if __name__ == "__main__":
    main()
