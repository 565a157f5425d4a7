with

subjects as (

    select * from {{ ref('int_year_subject') }}

),

years as (

    select
        organization_id,
        subject_kind,
        subject_id,
        fiscal_year,
        min(subject_name) as subject_name,
        count(*) as prints,
        case when count(*) = 1 then max(document_id) end as document_id,
        case when count(*) = 1 then max(source_line) end as source_line,
        max(currency) as currency,
        case when count(*) = 1 then max(initial_budget_yuan) end as initial_budget_yuan,
        case when count(*) = 1 then max(annual_budget_yuan) end as annual_budget_yuan,
        case when count(*) = 1 then max(executed_yuan) end as executed_yuan
    from subjects
    group by
        organization_id,
        subject_kind,
        subject_id,
        fiscal_year

),

rated as (

    select
        *,
        {{ ratio('executed_yuan', 'annual_budget_yuan') }} as execution_rate,
        row_number() over (
            partition by organization_id, subject_kind, subject_id
            order by fiscal_year asc nulls last
        ) as year_no
    from years

),

paired as (

    select
        rated.*,
        previous.fiscal_year as previous_fiscal_year,
        previous.document_id as previous_document_id,
        previous.source_line as previous_source_line,
        previous.initial_budget_yuan as previous_initial_budget_yuan,
        previous.annual_budget_yuan as previous_annual_budget_yuan,
        previous.executed_yuan as previous_executed_yuan,
        previous.execution_rate as previous_execution_rate,
        case
            when rated.prints > 1 or previous.prints > 1 then 'ambiguous'
            when previous.fiscal_year is null then 'first_year'
            when rated.currency <> previous.currency then 'currency'
            when rated.fiscal_year - previous.fiscal_year > 1 then 'gap'
            else 'compared'
        end as status
    from rated
    left join rated as previous
        on
            rated.organization_id = previous.organization_id
            and rated.subject_kind = previous.subject_kind
            and rated.subject_id = previous.subject_id
            and rated.year_no = previous.year_no + 1

),

compared as (

    select
        *,
        case when status = 'compared' then annual_budget_yuan - previous_annual_budget_yuan end as annual_budget_change,
        case when status = 'compared' then executed_yuan - previous_executed_yuan end as executed_change,
        case when status = 'compared' then execution_rate - previous_execution_rate end as rate_change
    from paired

)

select
    {{ key_of(['organization_id', 'subject_kind', 'subject_id', 'fiscal_year']) }} as year_over_year_id,
    organization_id,
    subject_kind,
    subject_id,
    subject_name,
    cast(fiscal_year as integer) as fiscal_year,
    currency,
    initial_budget_yuan,
    annual_budget_yuan,
    executed_yuan,
    execution_rate,
    cast(previous_fiscal_year as integer) as previous_fiscal_year,
    previous_initial_budget_yuan,
    previous_annual_budget_yuan,
    previous_executed_yuan,
    previous_execution_rate,
    cast(annual_budget_change as {{ yuan_type() }}) as annual_budget_change_yuan,
    {{ ratio('annual_budget_change', 'previous_annual_budget_yuan') }} as annual_budget_change_rate,
    cast(executed_change as {{ yuan_type() }}) as executed_change_yuan,
    {{ ratio('executed_change', 'previous_executed_yuan') }} as executed_change_rate,
    cast(rate_change as decimal(12, 6)) as execution_rate_change,
    status,
    document_id,
    source_line,
    previous_document_id,
    previous_source_line
from compared
