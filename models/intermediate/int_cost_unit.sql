{#- 成本控制率 100 is a rate. -#}
{%- set is_rate -%}
    coalesce({{ matches(half_width('indicators.level3'), '(率|比例|占比|比重)([(][^)]*[)])?$') }}, false)
{%- endset %}

-- What a cost without a unit is printed in: yuan or the unit of the document, whichever brings it nearer to the funds
-- of its form. A cost of one unit of several, or of a part of the work, is none of the whole project.
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
        max(initial_budget) as initial_budget,
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
            {{ matches('indicators.level3', '人均|户均|单价|均价|平均|每|标准|上限|限额') }}
            -- 单站运维成本 is of one station; 清单编制费用 is of a list.
            or {{ matches('indicators.level3', '(^|[^清订名菜账简])单.{1,3}(成本|费用|造价|投资)') }}
            or {{ matches('indicators.level3', '(^|[^清订名菜账简])单[个项次场座套台户人亩件条站家所处校村]') }},
            false
        ) as is_named_unit_cost,
        coalesce(
            {{ matches('indicators.level3', '总($|[成费支投金额价造经预资计])|全年|年度|整体|实际成本|控制数|预算') }}
            or {{ matches('indicators.level3', '(项目|工程|部门|工作)(成本|经费|支出|费用|投资|资金|预算)') }},
            false
        ) as is_named_whole_cost,
        targets.value_kind = 'money' as is_target_money,
        targets.value as target_yuan,
        targets.value_kind = 'quantity' and targets.unit is null and not {{ is_rate }} as is_target_plain,
        targets.printed_number as target_number,
        actuals.value_kind = 'quantity' and actuals.unit is null and not {{ is_rate }} as is_actual_plain,
        actuals.printed_number as actual_number,
        case when actuals.value_kind = 'money' then actuals.value end as actual_yuan,
        targets.unit_factor as target_factor,
        funds.initial_budget,
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
        {{ tens_between('target_yuan', 'annual_budget * yuan_factor') }} as tens
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

),

read_in_units as (

    select
        *,
        case
            when is_unit_cost or not is_target_plain or annual_budget is null then null
            when
                abs(target_number - annual_budget)
                <= abs({{ yuan_in_unit('target_number', 'yuan_factor') }} - annual_budget)
                then yuan_factor
            else 1
        end as plain_target_factor,
        case
            when is_unit_cost or not is_actual_plain then null
            when is_target_money then target_factor
            when executed is null then null
            when
                abs(actual_number - executed)
                <= abs({{ yuan_in_unit('actual_number', 'yuan_factor') }} - executed)
                then yuan_factor
            else 1
        end as plain_actual_factor
    from judged

),

compared as (

    select
        *,
        coalesce(target_yuan, target_number * plain_target_factor) as compared_target_yuan,
        coalesce(actual_yuan, actual_number * plain_actual_factor) as compared_actual_yuan
    from read_in_units

),

of_the_funds as (

    select
        *,
        abs({{ tens_between('compared_target_yuan', 'annual_budget * yuan_factor') }}) as annual_tens,
        abs({{ tens_between('compared_target_yuan', 'initial_budget * yuan_factor') }}) as initial_tens,
        abs({{ tens_between('compared_actual_yuan', 'executed * yuan_factor') }}) as executed_tens
    from compared

)

select
    indicator_id,
    is_unit_cost,
    -- A cost with another name is the whole project's if one of its amounts is that of the funds, in yuan or 万元.
    not is_unit_cost
    and (
        is_named_whole_cost
        or coalesce(annual_tens < 0.01 or abs(annual_tens - 4) < 0.01, false)
        or coalesce(initial_tens < 0.01 or abs(initial_tens - 4) < 0.01, false)
        or coalesce(executed_tens < 0.01 or abs(executed_tens - 4) < 0.01, false)
    ) as is_whole_cost,
    plain_target_factor as target_factor,
    plain_actual_factor as actual_factor
from of_the_funds
