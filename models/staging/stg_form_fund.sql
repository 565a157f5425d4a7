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

units as (

    select * from {{ ref('amount_unit') }}

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
        {{ amount_of('initial_budget') }} as initial_budget,
        {{ unit_behind('initial_budget') }} as initial_budget_unit,
        {{ printed('annual_budget') }} as annual_budget_text,
        {{ amount_of('annual_budget') }} as annual_budget,
        {{ unit_behind('annual_budget') }} as annual_budget_unit,
        {{ printed('executed') }} as executed_text,
        {{ amount_of('executed') }} as executed,
        {{ unit_behind('executed') }} as executed_unit,
        {{ printed('weight') }} as weight_text,
        {{ number_of('weight') }} as weight,
        {{ printed('execution_rate') }} as execution_rate_text,
        {{ number_of('execution_rate') }} as execution_rate_number,
        {{ printed('score') }} as score_text,
        {{ number_of('score') }} as score,
        {{ printed('amount_unit') }} as amount_unit
    from source

),

keyed as (

    select
        *,
        {{ project_id() }} as project_id
    from typed

),

-- A form, or a cell, can print a unit of its own: its amounts are read in the document's.
in_the_document_s_unit as (

    select
        keyed.project_id,
        keyed.document_id,
        keyed.source_line,
        keyed.form_no,
        keyed.fund_source_text,
        keyed.initial_budget_text,
        {{ in_unit('keyed.initial_budget', 'coalesce(initial_budget_units.yuan_factor, units.yuan_factor)', 'documents.yuan_factor') }} as initial_budget,
        keyed.annual_budget_text,
        {{ in_unit('keyed.annual_budget', 'coalesce(annual_budget_units.yuan_factor, units.yuan_factor)', 'documents.yuan_factor') }} as annual_budget,
        keyed.executed_text,
        {{ in_unit('keyed.executed', 'coalesce(executed_units.yuan_factor, units.yuan_factor)', 'documents.yuan_factor') }} as executed,
        keyed.weight_text,
        keyed.weight,
        keyed.execution_rate_text,
        keyed.execution_rate_number,
        keyed.score_text,
        keyed.score,
        documents.yuan_factor
    from keyed
    inner join documents
        on keyed.document_id = documents.document_id
    left join units
        on keyed.amount_unit = units.amount_unit
    left join units as initial_budget_units
        on keyed.initial_budget_unit = initial_budget_units.amount_unit
    left join units as annual_budget_units
        on keyed.annual_budget_unit = annual_budget_units.amount_unit
    left join units as executed_units
        on keyed.executed_unit = executed_units.amount_unit

)

select
    amounts.project_id,
    amounts.document_id,
    amounts.source_line,
    amounts.form_no,
    coalesce(fund_sources.fund_source, amounts.fund_source_text) as fund_source,
    amounts.fund_source_text,
    amounts.initial_budget_text,
    amounts.initial_budget,
    {{ yuan('amounts.initial_budget', 'amounts.yuan_factor') }} as initial_budget_yuan,
    amounts.annual_budget_text,
    amounts.annual_budget,
    {{ yuan('amounts.annual_budget', 'amounts.yuan_factor') }} as annual_budget_yuan,
    amounts.executed_text,
    amounts.executed,
    {{ yuan('amounts.executed', 'amounts.yuan_factor') }} as executed_yuan,
    amounts.weight_text,
    amounts.weight,
    amounts.execution_rate_text,
    -- A rate without a percent sign is a fraction up to one (1 = 100 %), above it a percentage.
    case
        when {{ matches('amounts.execution_rate_text', '[%％]') }} or amounts.execution_rate_number > 1
            then amounts.execution_rate_number
        else amounts.execution_rate_number * 100
    end as execution_percent,
    amounts.score_text,
    amounts.score
from in_the_document_s_unit as amounts
left join fund_sources
    on amounts.fund_source_text = fund_sources.fund_source_text
