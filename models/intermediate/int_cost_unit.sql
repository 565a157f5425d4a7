{#- 成本控制率 100 is a rate. -#}
{%- set is_rate -%}
    coalesce({{ matches(half_width('indicators.level3'), '(率|比例|占比|比重)([(][^)]*[)])?$') }}, false)
{%- endset %}

-- What a cost without a unit is printed in: yuan or the unit of the document, whichever brings it nearer to the funds
-- of its form. A cost of one unit of several is none of the whole project.
with

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

classes as (

    select * from {{ ref('indicator_class') }}

),

printed_values as (

    select * from {{ ref('int_printed_value') }}

),

funds as (

    select
        project_id,
        max(annual_budget) as annual_budget,
        max(executed) as executed
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'
    group by project_id

),

documents as (

    select
        document_id,
        yuan_factor
    from {{ ref('stg_document') }}

),

parameters as (

    {{ common_parameter('unit_cost_share') }}

),

costs as (

    select
        indicators.indicator_id,
        coalesce(
            {{ matches('indicators.level3', '人均|户均|单价|均价|每|标准') }}
            -- 单站运维成本 is of one station; 清单编制费用 is of a list.
            or {{ matches('indicators.level3', '(^|[^清订名菜账])单.{1,3}(成本|费用|造价|投资)') }},
            false
        ) as is_named_unit_cost,
        targets.value_kind = 'money' as is_target_money,
        targets.value as target_yuan,
        targets.value_kind = 'quantity' and targets.unit is null and not {{ is_rate }} as is_target_plain,
        targets.printed_number as target_number,
        actuals.value_kind = 'quantity' and actuals.unit is null and not {{ is_rate }} as is_actual_plain,
        actuals.printed_number as actual_number,
        targets.unit_factor as target_factor,
        funds.annual_budget,
        funds.executed,
        documents.yuan_factor,
        parameters.unit_cost_share
    from indicators
    inner join classes
        on
            indicators.level1 = classes.level1
            and (classes.level2 is null or indicators.level2 = classes.level2)
            and classes.class_code = 'cost'
    inner join documents
        on indicators.document_id = documents.document_id
    inner join funds
        on indicators.project_id = funds.project_id
    cross join parameters
    left join printed_values as targets
        on {{ measured_text('indicators.target_text', 'indicators.measure_unit') }} = targets.printed_text
    left join printed_values as actuals
        on indicators.actual_text = actuals.printed_text

),

sized as (

    select
        *,
        -- The budget may be printed with fewer places than the cost.
        case
            when target_yuan > 0 and annual_budget > 0
                then log10(cast(target_yuan as double) / cast(annual_budget * yuan_factor as double))
        end as tens
    from costs

),

judged as (

    select
        *,
        is_named_unit_cost
        -- 43元 of 10万元 is the price of one; a slip by a power of ten is a slip.
        or coalesce(
            is_target_money
            and target_yuan > 0
            and target_yuan < unit_cost_share * annual_budget * yuan_factor
            and abs(tens - round(tens)) > 0.01,
            false
        ) as is_unit_cost
    from sized

)

select
    indicator_id,
    is_unit_cost,
    case
        when is_unit_cost or not is_target_plain or annual_budget is null then null
        when
            abs(target_number - annual_budget)
            <= abs({{ yuan_in_unit('target_number', 'yuan_factor') }} - annual_budget)
            then yuan_factor
        else 1
    end as target_factor,
    case
        when is_unit_cost or not is_actual_plain then null
        when is_target_money then target_factor
        when executed is null then null
        when
            abs(actual_number - executed)
            <= abs({{ yuan_in_unit('actual_number', 'yuan_factor') }} - executed)
            then yuan_factor
        else 1
    end as actual_factor
from judged
