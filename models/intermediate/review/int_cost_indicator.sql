-- The cost indicators of the forms beside the total funds, both in the unit of the document.
with

indicators as (

    select *
    from {{ ref('int_reviewed_indicator') }}
    where class_code = 'cost'

),

printed_values as (

    select * from {{ ref('int_printed_value') }}

),

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

documents as (

    select
        document_id,
        yuan_factor
    from {{ ref('stg_document') }}

),

decimals as (

    {{ common_parameter('amount_decimals', 'integer') }}

),

paired as (

    select
        indicators.indicator_id,
        indicators.project_id,
        indicators.document_id,
        indicators.source_line,
        indicators.item_label,
        -- Costs of one unit of several are not totals: 人均补助标准, 每亩成本.
        coalesce({{ matches('indicators.level3', '人均|户均|单价|均价|每|标准|单位成本') }}, false) as is_price_of_one,
        indicators.target_text,
        indicators.actual_text,
        targets.comparator as target_comparator,
        actuals.comparator as actual_comparator,
        targets.value_kind as target_kind,
        actuals.value_kind as actual_kind,
        targets.unit as target_unit,
        actuals.unit as actual_unit,
        targets.printed_number as target_number,
        targets.value as target_money_yuan,
        actuals.printed_number as actual_number,
        actuals.value as actual_money_yuan,
        {{ last_place('indicators.target_text', 'decimals.amount_decimals') }} as target_place,
        {{ last_place('indicators.actual_text', 'decimals.amount_decimals') }} as actual_place,
        funds.amount_unit,
        documents.yuan_factor,
        funds.initial_budget,
        funds.initial_budget_place,
        funds.annual_budget,
        funds.annual_budget_place,
        funds.executed,
        funds.executed_place
    from indicators
    inner join funds
        on indicators.project_id = funds.project_id
    inner join documents
        on indicators.document_id = documents.document_id
    cross join decimals
    left join printed_values as targets
        on {{ measured_text('indicators.target_text', 'indicators.measure_unit') }} = targets.printed_text
    left join printed_values as actuals
        on indicators.actual_text = actuals.printed_text

),

readable as (

    select
        *,
        not is_price_of_one
        and (target_kind = 'money' or (target_kind = 'quantity' and target_unit is null)) as is_target_amount,
        not is_price_of_one
        and (actual_kind = 'money' or (actual_kind = 'quantity' and actual_unit is null)) as is_actual_amount,
        -- An amount without a unit is read in the unit that brings it nearer to the funds.
        case
            when target_kind = 'money' then {{ quotient('target_money_yuan', 'target_number', 'decimal(15, 6)') }}
            when
                abs(target_number - annual_budget)
                <= abs({{ yuan_in_unit('target_number', 'yuan_factor') }} - annual_budget)
                then yuan_factor
            else 1
        end as target_factor,
        case
            when actual_kind = 'money' then {{ quotient('actual_money_yuan', 'actual_number', 'decimal(15, 6)') }}
            when target_kind = 'money' then {{ quotient('target_money_yuan', 'target_number', 'decimal(15, 6)') }}
            when
                abs(actual_number - executed)
                <= abs({{ yuan_in_unit('actual_number', 'yuan_factor') }} - executed)
                then yuan_factor
            else 1
        end as actual_factor
    from paired

),

in_yuan as (

    select
        *,
        -- Not through the number, which has lost the digits beyond its sixth place.
        case when target_kind = 'money' then target_money_yuan else target_number * target_factor end as target_yuan,
        case when actual_kind = 'money' then actual_money_yuan else actual_number * actual_factor end as actual_yuan
    from readable

)

select
    indicator_id,
    project_id,
    document_id,
    source_line,
    item_label,
    target_text,
    actual_text,
    target_comparator,
    actual_comparator,
    target_kind,
    actual_kind,
    coalesce(is_target_amount, false) as is_target_amount,
    coalesce(is_actual_amount, false) as is_actual_amount,
    amount_unit,
    initial_budget,
    annual_budget,
    executed,
    case when is_target_amount then {{ yuan_in_unit('target_yuan', 'yuan_factor') }} end as target_amount,
    case when is_actual_amount then {{ yuan_in_unit('actual_yuan', 'yuan_factor') }} end as actual_amount,
    target_yuan - annual_budget * yuan_factor as target_over_annual_yuan,
    target_yuan - initial_budget * yuan_factor as target_over_initial_yuan,
    actual_yuan - executed * yuan_factor as actual_over_executed_yuan,
    -- Two amounts with different numbers of places are compared by the coarser one.
    greatest(target_place * target_factor, annual_budget_place * yuan_factor) as annual_place_yuan,
    greatest(target_place * target_factor, initial_budget_place * yuan_factor) as initial_place_yuan,
    greatest(actual_place * actual_factor, executed_place * yuan_factor) as executed_place_yuan,
    {{ quotient('greatest(target_place * target_factor, annual_budget_place * yuan_factor)', 'yuan_factor') }}
        as annual_budget_place,
    {{ quotient('greatest(actual_place * actual_factor, executed_place * yuan_factor)', 'yuan_factor') }}
        as executed_place,
    count(case when is_target_amount then 1 end) over (partition by project_id) as target_amounts,
    count(case when is_actual_amount then 1 end) over (partition by project_id) as actual_amounts
from in_yuan
