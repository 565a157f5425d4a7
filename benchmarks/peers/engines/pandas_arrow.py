"""The slice in pandas: Arrow's columns throughout, exact decimals, no row is looped over."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

AMOUNTS = ("initial_budget", "annual_budget", "executed")
DIGITS = "[+-]?([0-9]{1,12}([.][0-9]{0,8})?|[.][0-9]{1,8})"
"""What casts to decimal(20, 8); a text of more digits is no number of a form."""


def decimal(precision: int, scale: int) -> pd.ArrowDtype:
    """The type of exact decimals."""
    return pd.ArrowDtype(pa.decimal128(precision, scale))


def rounded(column: pd.Series, places: int, precision: int) -> pd.Series:
    """A column rounded half away from zero, as decimal; null where it has too many digits for that."""
    exact = pd.Series(
        pd.arrays.ArrowExtensionArray(pc.round(pa.array(column), places, "half_towards_infinity")),
        column.index,
    )
    fits = exact.abs() < 10 ** (precision - places)
    return exact.where(fits.fillna(value=False)).astype(decimal(precision, places))


def printed(column: pd.Series) -> pd.Series:
    """A text without spaces around it; null where nothing is left."""
    text = column.str.replace("　", " ", regex=False).str.strip(" ")
    return text.where(text != "")


def number(column: pd.Series) -> pd.Series:
    """A printed number as decimal(20, 8); null where there is none."""
    text = printed(column)
    if text.str.contains(f"[{FULL_WIDTH},%]", regex=True).any():
        for full, half in zip(FULL_WIDTH, HALF_WIDTH, strict=True):
            text = text.str.replace(full, half, regex=False)
        text = text.str.replace(",", "", regex=False).str.replace("%", "", regex=False)
    return text.where(text.str.fullmatch(DIGITS)).astype(decimal(20, 8))


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """A quotient rounded to six places as decimal(12, 6); null where it fits none."""
    below = denominator.astype("double[pyarrow]")
    return rounded(numerator.astype("double[pyarrow]") / below.where(below != 0), 6, 12)


def points(column: pd.Series) -> pd.Series:
    """A number rounded to two places as decimal(7, 2); null where it fits none."""
    return rounded(column, 2, 7)


def project_id(rows: pd.DataFrame) -> pd.Series:
    """The readable key of a form."""
    return rows["document_id"] + "-" + printed(rows["form_no"]).str.zfill(3)


def integer(column: pd.Series) -> pd.Series:
    """A printed number as a 32-bit integer."""
    return printed(column).astype("int32[pyarrow]")


class Slice:
    """The results of the slice.

    Args:
        task: Where the data is.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._active = pd.read_parquet(
            task.documents, columns=["document_id", "batch"], dtype_backend="pyarrow"
        ).astype({"batch": "int64[pyarrow]"})
        kinds = {"text": pd.ArrowDtype(pa.string()), "integer": "int32[pyarrow]"}
        self._reference = {
            table: pd.read_csv(
                task.reference_file(table),
                usecols=list(columns),
                dtype={name: kinds[kind] for name, kind in columns.items()},
                keep_default_na=False,
                na_values=[""],
            )
            for table, columns in REFERENCE_COLUMNS.items()
        }
        self._documents = self._read_documents()
        self._funds = self._read_funds()
        self._forms = self._read_forms()
        self._indicators = self._raw("raw_self_evaluation_indicator")
        self._indicators["project_id"] = project_id(self._indicators)

    def _raw(self, table: str) -> pd.DataFrame:
        """The rows of the active documents."""
        names = ["document_id", *RAW_COLUMNS[table]]
        rows = pd.read_parquet(
            self._task.raw / table, columns=[*names, "batch"], dtype_backend="pyarrow", partitioning="hive"
        )
        rows["batch"] = rows["batch"].astype("int64[pyarrow]")
        return rows.merge(self._active, on=["document_id", "batch"])[names]

    def _read_documents(self) -> pd.DataFrame:
        rows = self._raw("raw_document")
        rows["organization_name"] = printed(rows["organization_name"])
        rows["amount_unit"] = printed(rows["amount_unit"])
        rows["fiscal_year"] = integer(rows["fiscal_year"])
        return rows.merge(self._reference["amount_unit"], on="amount_unit", how="left").drop(
            columns="amount_unit"
        )

    def _read_forms(self) -> pd.DataFrame:
        rows = self._raw("raw_self_evaluation").merge(self._documents, on="document_id")
        return pd.DataFrame(
            {
                "project_id": project_id(rows),
                "document_id": rows["document_id"],
                "organization_name": rows["organization_name"],
                "fiscal_year": rows["fiscal_year"],
                "implementing_unit": printed(rows["implementing_unit"]),
                "total_weight": number(rows["total_weight"]),
                "total_score": number(rows["total_score"]),
                "source_line": integer(rows["total_source_line"]),
            }
        )

    def _read_funds(self) -> pd.DataFrame:
        rows = self._raw("raw_self_evaluation_fund")
        rows["project_id"] = project_id(rows)
        rows["source_line"] = integer(rows["source_line"])
        rows["fund_source_text"] = printed(rows.pop("fund_source"))
        rows["amount_unit"] = printed(rows["amount_unit"])
        has_percent = printed(rows["execution_rate"]).str.contains("[%％]", regex=True)
        for name in (*AMOUNTS, "weight", "execution_rate", "score"):
            rows[name] = number(rows[name])
        rate = rows["execution_rate"]
        is_percent = has_percent | (rate > 1)
        hundred = (rate * pd.Series(100, rows.index, dtype="int32[pyarrow]")).astype(decimal(22, 8))
        rows["percent"] = rate.astype(decimal(22, 8)).where(is_percent.fillna(value=False), hundred)
        rows = (
            rows.merge(self._documents[["document_id", "yuan_factor"]], on="document_id")
            .merge(
                self._reference["amount_unit"].rename(columns={"yuan_factor": "own_factor"}),
                on="amount_unit",
                how="left",
            )
            .merge(self._reference["fund_source"], on="fund_source_text", how="left")
        )
        rows["fund_source"] = rows["fund_source"].fillna(rows["fund_source_text"])
        own, factor = rows["own_factor"], rows["yuan_factor"]
        is_other = (own != factor).fillna(value=False)
        for name in AMOUNTS:
            if is_other.any():
                quotient = rows[name].astype("double[pyarrow]") * own / factor
                rows[name] = rows[name].where(~is_other, rounded(quotient, 6, 18).astype(decimal(20, 8)))
            rows[f"{name}_yuan"] = rounded(rows[name] * factor, 2, 18)
        return rows

    def project_fund(self) -> pd.DataFrame:
        """The funds of each form."""
        rows = self._funds
        return pd.DataFrame(
            {
                "project_id": rows["project_id"],
                "document_id": rows["document_id"],
                "fund_source": rows["fund_source"],
                "fund_source_text": rows["fund_source_text"],
                **{f"{name}_yuan": rows[f"{name}_yuan"] for name in AMOUNTS},
                "execution_rate": ratio(rows["executed"], rows["annual_budget"]),
                "reported_execution_rate": ratio(
                    rows["percent"], pd.Series(100, rows.index, dtype="int32[pyarrow]")
                ),
                "weight": points(rows["weight"]),
                "reported_score": points(rows["score"]),
                "source_line": rows["source_line"],
            }
        )

    def unit_execution(self) -> pd.DataFrame:
        """What each unit spent of its budget in a year, and its share of what all units spent."""
        amounts = [f"{name}_yuan" for name in AMOUNTS]
        totals = self._funds.loc[self._funds["fund_source"] == "total", ["project_id", *amounts]]
        rows = totals.merge(self._forms, on="project_id").merge(
            self._reference["unit_alias"],
            left_on=["organization_name", "implementing_unit"],
            right_on=["organization_name", "alias"],
            how="left",
        )
        rows["unit_name"] = rows["unit_name"].fillna(rows["implementing_unit"])
        groups = rows.groupby(["organization_name", "unit_name", "fiscal_year"], dropna=False, sort=False)
        summed = groups[amounts].sum(min_count=1)
        summed.insert(0, "projects", groups.size().astype("int32[pyarrow]"))
        summed = summed.reset_index()
        of_all = summed.groupby(["organization_name", "fiscal_year"], dropna=False)[
            "executed_yuan"
        ].transform("sum")
        summed["execution_rate"] = ratio(summed["executed_yuan"], summed["annual_budget_yuan"])
        summed["share_rate"] = ratio(summed["executed_yuan"], of_all)
        return summed

    def project_score(self) -> pd.DataFrame:
        """The total of each form as reported and as the sum of its lines."""
        funds = self._funds.loc[self._funds["fund_source"] == "total", ["project_id", "weight", "score"]]
        indicators = self._indicators
        lines = pd.concat(
            [
                funds,
                pd.DataFrame(
                    {
                        "project_id": indicators["project_id"],
                        "weight": number(indicators["weight"]),
                        "score": number(indicators["score"]),
                    }
                ),
            ],
            ignore_index=True,
        )
        lines["is_blank"] = lines["weight"].notna() & lines["score"].isna()
        groups = lines.groupby("project_id", sort=False)
        summed = groups.agg(
            score_lines=("project_id", "size"),
            scores=("score", "count"),
            blank_score_lines=("is_blank", "sum"),
        )
        summed["weights_total"] = groups["weight"].sum(min_count=1).astype(decimal(20, 8))
        totals = groups["score"].sum(min_count=1).astype(decimal(20, 8))
        summed["recomputed_total"] = totals.where(summed["scores"] == summed["score_lines"])
        rows = self._forms.merge(summed.reset_index(), on="project_id")
        difference = rows["total_score"] - rows["recomputed_total"]
        return pd.DataFrame(
            {
                "project_id": rows["project_id"],
                "document_id": rows["document_id"],
                "fiscal_year": rows["fiscal_year"],
                "score_lines": rows["score_lines"].astype("int32[pyarrow]"),
                "blank_score_lines": rows["blank_score_lines"].astype("int32[pyarrow]"),
                "reported_weights_total": points(rows["total_weight"]),
                "weights_total": points(rows["weights_total"]),
                "reported_total": points(rows["total_score"]),
                "recomputed_total": points(rows["recomputed_total"]),
                "difference": points(difference),
                "is_consistent": (
                    difference.abs() <= pa.scalar(SCORE_TOLERANCE).cast(pa.decimal128(20, 8)).as_py()
                ).fillna(value=False),
                "source_line": rows["source_line"],
            }
        )

    def indicator_variance(self) -> pd.DataFrame:
        """Plain targets against plain actuals."""
        rows = self._indicators.assign(
            target=printed(self._indicators["target"]), actual=printed(self._indicators["actual"])
        )
        is_plain = rows["target"].str.fullmatch(PLAIN) & rows["actual"].str.fullmatch(PLAIN)
        rows = rows[is_plain.fillna(value=False)].merge(
            self._documents[["document_id", "fiscal_year"]], on="document_id"
        )
        classes = self._reference["indicator_class"]
        of_both = classes[classes["level2"].notna()].rename(columns={"class_code": "class_of_both"})
        rows["level1"], rows["level2"] = printed(rows["level1"]), printed(rows["level2"])
        rows = rows.merge(of_both, on=["level1", "level2"], how="left").merge(
            classes.loc[classes["level2"].isna(), ["level1", "class_code"]], on="level1", how="left"
        )
        for side in ("target", "actual"):
            rows = rows.join(self._measured(rows[side], side))
        return self._compared(rows)

    def _measured(self, texts: pd.Series, side: str) -> pd.DataFrame:
        """The parts of what a side prints: sign, number, unit, and what the unit is worth."""
        parts = texts.str.extract(PLAIN)
        sign = parts[0].where(parts[0] != "").replace({"≥": ">=", "≤": "<="})
        units = self._reference["measure_unit"].set_index("unit_text")
        word = parts[3].where(parts[3] != "")
        return pd.DataFrame(
            {
                f"{side}_sign": sign,
                f"{side}_number": parts[1].astype(decimal(20, 8)),
                f"{side}_unit": word.map(units["unit"]).astype(word.dtype).fillna(word),
                f"{side}_factor": word.map(units["factor"]).astype("int32[pyarrow]").fillna(1),
                f"{side}_kind": word.map(units["value_kind"]).astype(word.dtype).fillna("quantity"),
            }
        )

    @staticmethod
    def _compared(rows: pd.DataFrame) -> pd.DataFrame:
        def exact(text: str) -> pd.Series:
            return pd.Series(text, rows.index, dtype=pd.ArrowDtype(pa.string())).astype(decimal(20, 6))

        def yes(condition: pd.Series) -> np.ndarray:
            return condition.fillna(value=False).to_numpy(dtype=bool)

        target_unit, actual_unit = rows["target_unit"], rows["actual_unit"]
        of_one = target_unit.isna() | actual_unit.isna()

        def value(side: str) -> pd.Series:
            factor = rows[f"{side}_factor"].where(~of_one, 1)
            return rounded(rows[f"{side}_number"] * factor, 6, 20)

        target, actual = value("target"), value("actual")
        code = rows["class_of_both"].fillna(rows["class_code"])
        is_ceiling = (rows["target_kind"] == "money") | (code == "cost")
        text = pd.ArrowDtype(pa.string())
        default = pd.Series(np.where(yes(is_ceiling), "<=", ">="), rows.index, dtype=text)
        comparator = rows["target_sign"].fillna(default)
        reason = pd.Series(
            np.select(
                [
                    yes(rows["actual_sign"].isin(["<=", "<", ">=", ">"])),
                    yes((rows["actual_number"] == 0) & actual_unit.isna()),
                    yes((rows["target_kind"] == "percent") != (rows["actual_kind"] == "percent")),
                    yes(target_unit != actual_unit),
                ],
                ["actual_is_bound", "", "kind_differs", "unit_differs"],
                "",
            ),
            rows.index,
            dtype=text,
        )
        reason = reason.where(reason != "")
        within = exact(MONEY_TOLERANCE).where(rows["target_kind"] == "money", exact(NUMBER_TOLERANCE))
        is_met = (
            ((comparator == "<=") & (actual <= target + within))
            | ((comparator == "<") & (actual < target))
            | ((comparator == "=") & ((actual - target).abs() <= within))
            | ((comparator == ">=") & (actual >= target - within))
        )
        is_exceeded = comparator.isin([">=", ">"]) & (actual > target + within)
        checkable = reason.isna()
        return pd.DataFrame(
            {
                "indicator_id": rows["project_id"] + "-" + printed(rows["indicator_no"]).str.zfill(2),
                "document_id": rows["document_id"],
                "fiscal_year": rows["fiscal_year"],
                "comparator": comparator,
                "target_value": target,
                "actual_value": actual,
                "unit": target_unit.fillna(actual_unit),
                "completion_rate": ratio(actual, target).where(checkable),
                "deviation_rate": ratio(actual - target, target).where(checkable),
                "attainment": np.select(
                    [yes(~checkable), yes(is_exceeded), yes(is_met)],
                    ["not_checkable", "exceeded", "met"],
                    "unmet",
                ),
                "not_checkable_reason": reason,
                "source_line": integer(rows["source_line"]),
            }
        )


def main() -> None:
    """Compute the slice."""
    global np, pa, pc, pd  # noqa: PLW0603
    task = Task()
    with task.stage("start"):
        import numpy as np  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415
    with task.stage("work"):
        frames = Slice(task)
        results = {
            "project_fund": frames.project_fund,
            "unit_execution": frames.unit_execution,
            "project_score": frames.project_score,
            "indicator_variance": frames.indicator_variance,
        }
        for name, compute in results.items():
            compute().to_parquet(task.result(name), index=False, compression="zstd")
    task.tell()


if __name__ == "__main__":
    main()
