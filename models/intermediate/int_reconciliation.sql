-- Every printed figure that has something to be held against, with what was recomputed for it.
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
    select * from budgets
    union all
    select * from functions
    union all
    select * from figures
    union all
    select * from evaluations
    union all
    select * from forms
    union all
    select * from projects

),

compared as (

    select
        combined.document_id,
        combined.project_id,
        combined.source_line,
        combined.basis,
        combined.figure_code,
        combined.figure_part,
        combined.label_zh,
        combined.unit,
        cast(combined.reported_value as decimal(20, 6)) as reported_value,
        cast(combined.recomputed_value as decimal(20, 6)) as recomputed_value,
        cast(combined.reported_value - combined.recomputed_value as decimal(20, 6)) as difference,
        cast(tolerances.tolerance as decimal(12, 6)) as tolerance,
        -- A figure can be printed twice in one line.
        row_number() over (
            partition by
                combined.document_id,
                combined.project_id,
                combined.basis,
                combined.figure_code,
                combined.figure_part,
                combined.source_line
            order by combined.reported_value asc nulls last, combined.recomputed_value asc nulls last
        ) as line_ordinal
    from combined
    inner join tolerances
        on combined.tolerance_code = tolerances.tolerance_code

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
    cast(source_line as integer) as source_line
from compared
