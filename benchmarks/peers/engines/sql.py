"""The slice as DuckDB's SQL: queries that read the raw and reference tables by their own names."""

from __future__ import annotations

from benchmarks.peers.engines.task import (
    FULL_WIDTH,
    HALF_WIDTH,
    MONEY_TOLERANCE,
    NUMBER_TOLERANCE,
    PLAIN,
    SCORE_TOLERANCE,
)


def typed() -> dict[str, str]:
    """Return the results' common queries, by name and in order: parsed numbers, forms with documents."""
    return {"document": _DOCUMENT, "form": _form(), "fund": _fund()}


def results() -> dict[str, str]:
    """Return the query of each result; they read the tables of `typed`."""
    return {
        "project_fund": _project_fund(),
        "unit_execution": _unit_execution(),
        "project_score": _project_score(),
        "indicator_variance": _indicator_variance(),
    }


def _form() -> str:
    return f"""
select
    {_project_id("form")} as project_id,
    form.document_id,
    document.organization_name,
    document.fiscal_year,
    {_printed("implementing_unit")} as implementing_unit,
    {_number("total_weight")} as total_weight,
    {_number("total_score")} as total_score,
    cast({_printed("total_source_line")} as integer) as source_line
from raw_self_evaluation as form
inner join document on form.document_id = document.document_id
"""


def _fund() -> str:
    amounts = ("initial_budget", "annual_budget", "executed")
    numbers = (*amounts, "weight", "execution_rate", "score")
    typed = ",\n        ".join(f"{_number(name)} as {name}" for name in numbers)
    in_unit = ",\n        ".join(
        f"case when unit.yuan_factor is null or unit.yuan_factor = document.yuan_factor then {name} else "
        f"cast(round(cast({name} * unit.yuan_factor as decimal(38, 8)) / document.yuan_factor, 6) "
        f"as decimal(20, 8)) end as {name}"
        for name in amounts
    )
    yuan = ",\n    ".join(
        f"cast(round({name} * yuan_factor, 2) as decimal(18, 2)) as {name}_yuan" for name in amounts
    )
    return f"""
with typed as (
    select
        {_project_id("raw")} as project_id,
        document_id,
        cast({_printed("source_line")} as integer) as source_line,
        {_printed("fund_source")} as fund_source_text,
        {_printed("amount_unit")} as amount_unit,
        {_printed("execution_rate")} as execution_rate_text,
        {typed}
    from raw_self_evaluation_fund as raw
),
in_unit as (
    select
        typed.project_id, typed.document_id, typed.source_line, typed.fund_source_text, typed.execution_rate_text,
        typed.weight, typed.execution_rate, typed.score, document.yuan_factor,
        {in_unit}
    from typed
    inner join document on typed.document_id = document.document_id
    left join amount_unit as unit on typed.amount_unit = unit.amount_unit
)
select
    project_id, document_id,
    coalesce(fund_source.fund_source, in_unit.fund_source_text) as fund_source,
    in_unit.fund_source_text,
    {yuan},
    annual_budget, executed,
    case
        when regexp_matches(execution_rate_text, '[%％]') or execution_rate > 1 then execution_rate
        else execution_rate * 100
    end as execution_percent,
    weight, score, source_line
from in_unit
left join fund_source on in_unit.fund_source_text = fund_source.fund_source_text
"""


def _project_fund() -> str:
    return f"""
select
    project_id, document_id, fund_source, fund_source_text,
    initial_budget_yuan, annual_budget_yuan, executed_yuan,
    {_ratio("executed", "annual_budget")} as execution_rate,
    {_ratio("execution_percent", "100")} as reported_execution_rate,
    {_points("weight")} as weight,
    {_points("score")} as reported_score,
    source_line
from fund
"""


def _unit_execution() -> str:
    return f"""
with summed as (
    select
        form.organization_name,
        coalesce(unit_alias.unit_name, form.implementing_unit) as unit_name,
        form.fiscal_year,
        cast(count(*) as integer) as projects,
        cast(sum(initial_budget_yuan) as decimal(18, 2)) as initial_budget_yuan,
        cast(sum(annual_budget_yuan) as decimal(18, 2)) as annual_budget_yuan,
        cast(sum(executed_yuan) as decimal(18, 2)) as executed_yuan
    from fund
    inner join form on fund.project_id = form.project_id
    left join unit_alias
        on form.organization_name = unit_alias.organization_name and form.implementing_unit = unit_alias.alias
    where fund.fund_source = 'total'
    group by form.organization_name, coalesce(unit_alias.unit_name, form.implementing_unit), form.fiscal_year
),
shared as (
    select *, sum(executed_yuan) over (partition by organization_name, fiscal_year) as of_all
    from summed
)
select
    organization_name, unit_name, fiscal_year, projects, initial_budget_yuan, annual_budget_yuan, executed_yuan,
    {_ratio("executed_yuan", "annual_budget_yuan")} as execution_rate,
    {_ratio("executed_yuan", "of_all")} as share_rate
from shared
"""


def _project_score() -> str:
    return f"""
with line as (
    select project_id, weight, score from fund where fund_source = 'total'
    union all
    select
        {_project_id("raw")} as project_id,
        {_number("weight")} as weight,
        {_number("score")} as score
    from raw_self_evaluation_indicator as raw
),
summed as (
    select
        project_id,
        cast(count(*) as integer) as score_lines,
        cast(count(case when weight is not null and score is null then 1 end) as integer) as blank_score_lines,
        sum(weight) as weights_total,
        case when count(*) = count(score) then sum(score) end as recomputed_total
    from line
    group by project_id
)
select
    form.project_id, form.document_id, form.fiscal_year, summed.score_lines, summed.blank_score_lines,
    {_points("form.total_weight")} as reported_weights_total,
    {_points("summed.weights_total")} as weights_total,
    {_points("form.total_score")} as reported_total,
    {_points("summed.recomputed_total")} as recomputed_total,
    {_points("form.total_score - summed.recomputed_total")} as difference,
    abs(form.total_score - summed.recomputed_total) <= {SCORE_TOLERANCE} as is_consistent,
    form.source_line
from form
inner join summed on form.project_id = summed.project_id
"""


def _indicator_variance() -> str:
    def factor(side: str) -> str:
        return f"case when target_unit is null or actual_unit is null then 1 else {side}_factor end"

    return f"""
with matched as (
    select
        concat_ws('-', {_project_id("raw")}, lpad({_printed("indicator_no")}, 2, '0')) as indicator_id,
        document_id,
        cast({_printed("source_line")} as integer) as source_line,
        {_printed("level1")} as level1,
        {_printed("level2")} as level2,
        {_parts("target")} as target_parts,
        {_parts("actual")} as actual_parts
    from raw_self_evaluation_indicator as raw
),
parted as (
    select
        *,
        target_parts.part1 as target_sign,
        cast(target_parts.part2 as decimal(20, 8)) as target_number,
        nullif(target_parts.part4, '') as target_unit_text,
        actual_parts.part1 as actual_sign,
        cast(actual_parts.part2 as decimal(20, 8)) as actual_number,
        nullif(actual_parts.part4, '') as actual_unit_text
    from matched
    where target_parts.part2 <> ''
        and actual_parts.part2 <> ''
),
measured as (
    select
        parted.*,
        {_sign("target_sign")} as target_comparator,
        {_sign("actual_sign")} as actual_comparator,
        coalesce(target.value_kind, 'quantity') as target_kind,
        coalesce(actual.value_kind, 'quantity') as actual_kind,
        coalesce(target.unit, target_unit_text) as target_unit,
        coalesce(actual.unit, actual_unit_text) as actual_unit,
        coalesce(target.factor, 1) as target_factor,
        coalesce(actual.factor, 1) as actual_factor,
        class.class_code
    from parted
    left join measure_unit as target on parted.target_unit_text = target.unit_text
    left join measure_unit as actual on parted.actual_unit_text = actual.unit_text
    left join indicator_class as class
        on parted.level1 = class.level1 and (class.level2 is null or parted.level2 = class.level2)
),
checked as (
    select
        *,
        coalesce(target_comparator, '<=') as comparator,
        case
            when actual_comparator in ('<=', '<', '>=', '>') then 'actual_is_bound'
            when actual_number = 0 and actual_unit is null then null
            when (target_kind = 'percent') <> (actual_kind = 'percent') then 'kind_differs'
            when target_unit <> actual_unit then 'unit_differs'
        end as not_checkable_reason,
        coalesce(target_unit, actual_unit) as unit,
        cast(target_number * {factor("target")} as decimal(20, 6)) as target_value,
        cast(actual_number * {factor("actual")} as decimal(20, 6)) as actual_value,
        cast(
            case when target_kind = 'money' then {MONEY_TOLERANCE} else {NUMBER_TOLERANCE} end as decimal(7, 6)
        ) as tolerance
    from measured
    where target_comparator is not null or (class_code = 'cost' and target_kind <> 'percent')
)
select
    checked.indicator_id, checked.document_id, document.fiscal_year, checked.comparator,
    checked.target_value, checked.actual_value, checked.unit,
    case
        when not_checkable_reason is not null or target_value <= 0 then null
        when comparator in ('<=', '<') then {_ratio("target_value", "actual_value")}
        else {_ratio("actual_value", "target_value")}
    end as completion_rate,
    case
        when not_checkable_reason is not null or target_value <= 0 then null
        when comparator in ('<=', '<') then {_ratio("target_value - actual_value", "target_value")}
        when comparator = '=' then -abs({_ratio("actual_value - target_value", "target_value")})
        else {_ratio("actual_value - target_value", "target_value")}
    end as deviation_rate,
    case
        when not_checkable_reason is not null then 'not_checkable'
        when comparator = '<=' then case when actual_value <= target_value + tolerance then 'met' else 'unmet' end
        when comparator = '<' then case when actual_value < target_value then 'met' else 'unmet' end
        when comparator = '='
            then case when abs(actual_value - target_value) <= tolerance then 'met' else 'unmet' end
        when actual_value > target_value + tolerance then 'exceeded'
        when comparator = '>=' and actual_value >= target_value - tolerance then 'met'
        else 'unmet'
    end as attainment,
    checked.not_checkable_reason, checked.source_line
from checked
inner join document on checked.document_id = document.document_id
"""


def _number(column: str) -> str:
    """Return a printed number as decimal(20, 8), or null if it is not a number."""
    # Most numbers are plain: only a text that can't be cast is cleaned.
    half_width = f"translate({_printed(column)}, '{FULL_WIDTH}', '{HALF_WIDTH}')"
    clean = f"nullif(translate({half_width}, ',%', ''), '')"
    return (
        f"coalesce(try_cast({column} as decimal(20, 8)), "
        f"case when regexp_matches({column}, '[0-9０-９]') then try_cast({clean} as decimal(20, 8)) end)"
    )


def _ratio(numerator: str, denominator: str) -> str:
    """Return a quotient rounded to six places as decimal(12, 6), or null if it doesn't fit."""
    return (
        f"try_cast(round(cast(({numerator}) as double) / nullif(cast(({denominator}) as double), 0), 6) "
        "as decimal(12, 6))"
    )


def _points(number: str) -> str:
    """Return a number rounded to two places as decimal(7, 2), or null if it doesn't fit."""
    return f"try_cast(round(({number}), 2) as decimal(7, 2))"


def _parts(column: str) -> str:
    """Return the groups of the plain number pattern in a text; `part2` is blank if it doesn't match."""
    return f"regexp_extract({_printed(column)}, '{PLAIN}', ['part1', 'part2', 'part3', 'part4'])"


def _printed(column: str) -> str:
    return f"nullif(trim(replace({column}, '　', ' ')), '')"


def _sign(sign: str) -> str:
    return f"case {sign} when '≥' then '>=' when '≤' then '<=' else nullif({sign}, '') end"


def _project_id(table: str) -> str:
    return f"concat_ws('-', {table}.document_id, lpad({_printed(f'{table}.form_no')}, 3, '0'))"


_DOCUMENT = f"""
select
    raw.document_id,
    {_printed("raw.organization_name")} as organization_name,
    cast({_printed("raw.fiscal_year")} as integer) as fiscal_year,
    unit.yuan_factor
from raw_document as raw
left join amount_unit as unit on {_printed("raw.amount_unit")} = unit.amount_unit
"""
