with

funds as (

    select * from {{ ref('stg_self_evaluation_fund') }}

),

projects as (

    select * from {{ ref('int_project') }}

)

select
    case
        when funds.line_ordinal > 1
            then {{ key_of(['funds.project_id', 'funds.source_line', 'funds.line_ordinal']) }}
        else {{ key_of(['funds.project_id', 'funds.source_line']) }}
    end as project_fund_id,
    funds.project_id,
    funds.document_id,
    cast(projects.fiscal_year as integer) as fiscal_year,
    cast(projects.form_no as integer) as form_no,
    projects.project_name,
    funds.fund_source,
    funds.fund_source_text,
    funds.initial_budget_yuan,
    funds.annual_budget_yuan,
    funds.executed_yuan,
    {{ ratio('funds.executed', 'funds.annual_budget') }} as execution_rate,
    {{ ratio('funds.execution_percent', '100') }} as reported_execution_rate,
    {{ points('funds.weight') }} as weight,
    {{ points('funds.score') }} as reported_score,
    funds.is_counted,
    funds.source_line
from funds
inner join projects
    on funds.project_id = projects.project_id
