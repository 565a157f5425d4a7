{%- set percent_place -%}
    case
        when {{ matches('funds.execution_rate_text', '[%％]') }} or funds.execution_percent > 100
            then {{ last_place('funds.execution_rate_text', 0) }}
        else {{ last_place('funds.execution_rate_text', 0) }} * 100
    end
{%- endset %}

-- The fund rows of the forms, with the last printed place of each amount.
with

funds as (

    select * from {{ ref('stg_self_evaluation_fund') }}

),

documents as (

    select
        document_id,
        amount_unit
    from {{ ref('stg_document') }}

),

decimals as (

    {{ common_parameter('amount_decimals', 'integer') }}

)

select
    concat_ws('|', funds.project_id, cast(funds.source_line as string), nullif(cast(funds.line_ordinal as string), '1'))
        as fund_row_id,
    funds.project_id,
    funds.document_id,
    funds.source_line,
    funds.fund_source,
    funds.fund_source_text,
    documents.amount_unit,
    funds.initial_budget,
    funds.annual_budget,
    -- A form can print the initial budget alone; its rate shows that it is the budget that was executed.
    coalesce(
        funds.annual_budget,
        case
            when
                abs(funds.execution_percent - {{ ratio('funds.executed', 'funds.initial_budget') }} * 100)
                <= {{ percent_place }}
                then funds.initial_budget
        end
    ) as base_budget,
    funds.executed,
    funds.is_counted,
    funds.division,
    funds.weight,
    funds.score,
    funds.execution_percent,
    {{ ratio('funds.executed', 'funds.annual_budget') }} * 100 as recomputed_percent,
    -- A fraction is printed in hundredths of its percentage.
    {{ percent_place }} as percent_place,
    {{ last_place('funds.initial_budget_text', 'decimals.amount_decimals') }} as initial_budget_place,
    {{ last_place('funds.annual_budget_text', 'decimals.amount_decimals') }} as annual_budget_place,
    case
        when funds.annual_budget is null
            then {{ last_place('funds.initial_budget_text', 'decimals.amount_decimals') }}
        else {{ last_place('funds.annual_budget_text', 'decimals.amount_decimals') }}
    end as base_budget_place,
    {{ last_place('funds.executed_text', 'decimals.amount_decimals') }} as executed_place
from funds
inner join documents
    on funds.document_id = documents.document_id
cross join decimals
