-- Every printed figure with a counterpart, and its recomputed value.
with

accounts as (

    select * from {{ ref('int_reconciliation_account') }}

),

budgets as (

    select * from {{ ref('int_reconciliation_budget') }}

),

figures as (

    select * from {{ ref('int_reconciliation_figure') }}

),

functions as (

    select * from {{ ref('int_reconciliation_function') }}

),

evaluations as (

    select * from {{ ref('int_reconciliation_evaluation') }}

),

forms as (

    select * from {{ ref('int_reconciliation_form') }}

),

projects as (

    select * from {{ ref('int_reconciliation_project') }}

),

tolerances as (

    select * from {{ ref('tolerance') }}

),

combined as (

    select * from accounts
    union all
    select * from functions
    union all
    select * from projects

),

-- A sum of several rounded addends may differ from the rounded sum by half a place for each of them; the rounding of
-- other figures is known from their print.
rounded as (

    select
        *,
        1 as addends,
        cast(0 as {{ figure_type() }}) as rounding
    from combined
    union all
    select
        *,
        cast(0 as {{ figure_type() }}) as rounding
    from figures
    union all
    select
        *,
        cast(0 as {{ figure_type() }}) as rounding
    from evaluations
    union all
    select * from forms
    union all
    select * from budgets

),

compared as (

    select
        rounded.document_id,
        rounded.project_id,
        rounded.source_line,
        rounded.basis,
        rounded.figure_code,
        rounded.figure_part,
        rounded.label_zh,
        rounded.unit,
        cast(rounded.against_line as integer) as against_line,
        cast(rounded.against_last_line as integer) as against_last_line,
        cast(rounded.reported_value as {{ figure_type() }}) as reported_value,
        cast(rounded.recomputed_value as {{ figure_type() }}) as recomputed_value,
        cast(rounded.reported_value - rounded.recomputed_value as {{ figure_type() }}) as difference,
        cast(
            least(greatest(tolerances.tolerance * greatest(rounded.addends, 1), rounded.rounding), 999999)
            as decimal(12, 6)
        ) as tolerance,
        -- A figure can be printed twice in one line.
        row_number() over (
            partition by
                rounded.document_id,
                rounded.project_id,
                rounded.basis,
                rounded.figure_code,
                rounded.figure_part,
                rounded.source_line
            order by rounded.reported_value asc nulls last, rounded.recomputed_value asc nulls last
        ) as line_ordinal
    from rounded
    inner join tolerances
        on rounded.tolerance_code = tolerances.tolerance_code

)

select
    case
        when line_ordinal > 1
            then {{ key_of([
                'document_id', 'project_id', 'basis', 'figure_code', 'figure_part', 'source_line', 'line_ordinal'
            ]) }}
        else {{ key_of(['document_id', 'project_id', 'basis', 'figure_code', 'figure_part', 'source_line']) }}
    end as reconciliation_id,
    document_id,
    project_id,
    basis,
    figure_code,
    figure_part,
    line_ordinal,
    label_zh,
    unit,
    reported_value,
    recomputed_value,
    difference,
    tolerance,
    case
        when recomputed_value is null then 'not_checkable'
        when abs(difference) <= tolerance then 'match'
        else 'mismatch'
    end as status,
    cast(source_line as integer) as source_line,
    against_line,
    against_last_line
from compared
