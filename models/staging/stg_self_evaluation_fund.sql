with

rows_of_forms as (

    select * from {{ ref('stg_form_fund') }}

),

evaluations as (

    select project_id
    from {{ ref('stg_self_evaluation') }}

)

select
    rows_of_forms.project_id,
    rows_of_forms.document_id,
    rows_of_forms.source_line,
    rows_of_forms.form_no,
    rows_of_forms.fund_source,
    rows_of_forms.fund_source_text,
    rows_of_forms.initial_budget_text,
    rows_of_forms.initial_budget,
    rows_of_forms.initial_budget_yuan,
    rows_of_forms.annual_budget_text,
    rows_of_forms.annual_budget,
    rows_of_forms.annual_budget_yuan,
    rows_of_forms.executed_text,
    rows_of_forms.executed,
    rows_of_forms.executed_yuan,
    rows_of_forms.weight_text,
    rows_of_forms.weight,
    rows_of_forms.execution_rate_text,
    rows_of_forms.execution_percent,
    rows_of_forms.score_text,
    rows_of_forms.score,
    rows_of_forms.block_points,
    rows_of_forms.line_ordinal,
    rows_of_forms.is_counted,
    rows_of_forms.division
from rows_of_forms
inner join evaluations
    on rows_of_forms.project_id = evaluations.project_id
