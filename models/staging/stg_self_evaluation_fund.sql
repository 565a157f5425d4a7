with

source as (

    select * from {{ ref('raw_self_evaluation_fund') }}

),

documents as (

    select
        document_id,
        yuan_factor
    from {{ ref('stg_document') }}

),

fund_sources as (

    select * from {{ ref('fund_source') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        cast({{ printed('form_no') }} as integer) as form_no,
        {{ printed('fund_source') }} as fund_source_text,
        {{ printed('initial_budget') }} as initial_budget_text,
        {{ number_of('initial_budget') }} as initial_budget,
        {{ printed('annual_budget') }} as annual_budget_text,
        {{ number_of('annual_budget') }} as annual_budget,
        {{ printed('executed') }} as executed_text,
        {{ number_of('executed') }} as executed,
        {{ printed('weight') }} as weight_text,
        {{ number_of('weight') }} as weight,
        {{ printed('execution_rate') }} as execution_rate_text,
        {{ number_of('execution_rate') }} as execution_rate_number,
        {{ printed('score') }} as score_text,
        {{ number_of('score') }} as score
    from source

),

keyed as (

    select
        *,
        {{ project_id() }} as project_id
    from typed

)

select
    keyed.project_id,
    keyed.document_id,
    keyed.source_line,
    keyed.form_no,
    coalesce(fund_sources.fund_source, keyed.fund_source_text) as fund_source,
    keyed.fund_source_text,
    keyed.initial_budget_text,
    keyed.initial_budget,
    {{ yuan('keyed.initial_budget', 'documents.yuan_factor') }} as initial_budget_yuan,
    keyed.annual_budget_text,
    keyed.annual_budget,
    {{ yuan('keyed.annual_budget', 'documents.yuan_factor') }} as annual_budget_yuan,
    keyed.executed_text,
    keyed.executed,
    {{ yuan('keyed.executed', 'documents.yuan_factor') }} as executed_yuan,
    keyed.weight_text,
    keyed.weight,
    keyed.execution_rate_text,
    -- A rate without a percent sign is a fraction up to one (1 = 100 %), above it a percentage.
    case
        when {{ matches('keyed.execution_rate_text', '[%％]') }} or keyed.execution_rate_number > 1
            then keyed.execution_rate_number
        else keyed.execution_rate_number * 100
    end as execution_percent,
    keyed.score_text,
    keyed.score
from keyed
inner join documents
    on keyed.document_id = documents.document_id
left join fund_sources
    on keyed.fund_source_text = fund_sources.fund_source_text
