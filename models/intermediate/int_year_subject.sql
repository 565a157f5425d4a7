-- The subjects with amounts in a year, once for each time they are printed: rows of the same subject and year are not
-- summed here.
{{ config(materialized='view') }}
with

documents as (

    select
        document_id,
        organization_id,
        organization_name,
        fiscal_year,
        currency
    from {{ ref('stg_document') }}

),

measures as (

    select * from {{ ref('int_department_measure') }}

),

items as (

    select
        *,
        case classification when 'function' then 'function_class' else 'economic_class' end as subject_kind
    from {{ ref('int_account_item') }}
    where
        classification in ('function', 'economic')
        and account_side = 'expenditure'
        and item_level = 1
        and not is_total
        -- The form lists every class; a class without any amount doesn't exist in that year.
        and coalesce(initial_budget_yuan, annual_budget_yuan, final_account_yuan) is not null

),

series as (

    select * from {{ ref('int_project_series') }}

),

funds as (

    select *
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

forms as (

    select
        project_id,
        source_line
    from {{ ref('stg_self_evaluation') }}

),

subjects as (

    select
        document_id,
        'organization' as subject_kind,
        cast(null as string) as subject_id,
        cast(null as string) as subject_name,
        source_line,
        initial_budget_yuan,
        annual_budget_yuan,
        final_account_yuan as executed_yuan
    from measures

    union all

    select
        document_id,
        subject_kind,
        coalesce(item_code, item_name) as subject_id,
        item_name as subject_name,
        source_line,
        initial_budget_yuan,
        annual_budget_yuan,
        final_account_yuan as executed_yuan
    from items

    union all

    select
        series.document_id,
        'project' as subject_kind,
        series.project_series_id as subject_id,
        series.project_name as subject_name,
        coalesce(funds.source_line, forms.source_line) as source_line,
        funds.initial_budget_yuan,
        funds.annual_budget_yuan,
        funds.executed_yuan
    from series
    inner join forms
        on series.project_id = forms.project_id
    left join funds
        on series.project_id = funds.project_id

)

select
    documents.organization_id,
    documents.fiscal_year,
    subjects.subject_kind,
    coalesce(subjects.subject_id, documents.organization_id) as subject_id,
    coalesce(subjects.subject_name, documents.organization_name) as subject_name,
    subjects.document_id,
    subjects.source_line,
    documents.currency,
    cast(subjects.initial_budget_yuan as {{ yuan_type() }}) as initial_budget_yuan,
    cast(subjects.annual_budget_yuan as {{ yuan_type() }}) as annual_budget_yuan,
    cast(subjects.executed_yuan as {{ yuan_type() }}) as executed_yuan
from subjects
inner join documents
    on subjects.document_id = documents.document_id
