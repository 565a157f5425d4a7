with

funds as (

    select * from {{ ref('stg_self_evaluation_fund') }}

)

select
    case
        when line_ordinal > 1 then {{ key_of(['project_id', 'source_line', 'line_ordinal']) }}
        else {{ key_of(['project_id', 'source_line']) }}
    end as project_fund_id,
    project_id,
    document_id,
    fund_source,
    fund_source_text,
    initial_budget_yuan,
    annual_budget_yuan,
    executed_yuan,
    {{ ratio('executed', 'annual_budget') }} as execution_rate,
    {{ ratio('execution_percent', '100') }} as reported_execution_rate,
    {{ points('weight') }} as weight,
    {{ points('score') }} as reported_score,
    is_counted,
    source_line
from funds
