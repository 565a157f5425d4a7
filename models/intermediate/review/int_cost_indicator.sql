-- The cost indicators of the forms beside the total funds, both in the unit of the document.
with

indicators as (

    select *
    from {{ ref('int_reviewed_indicator') }}
    where class_code = 'cost'

),

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

costs as (

    select
        indicator_id,
        is_unit_cost,
        is_whole_cost
    from {{ ref('int_cost_unit') }}

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
        indicators.target_text,
        indicators.actual_text,
        case when indicators.is_comparator_printed then indicators.comparator end as target_comparator,
        indicators.actual_comparator,
        indicators.value_kind as target_kind,
        indicators.actual_kind,
        indicators.target_value as target_yuan,
        indicators.actual_value as actual_yuan,
        indicators.target_factor,
        indicators.actual_factor,
        costs.is_whole_cost,
        not costs.is_unit_cost and indicators.value_kind = 'money' as is_target_amount,
        not costs.is_unit_cost and indicators.actual_kind = 'money' as is_actual_amount,
        {{ last_place('indicators.target_text', 'decimals.amount_decimals') }} as target_place,
        {{ last_place('indicators.actual_text', 'decimals.amount_decimals') }} as actual_place,
        funds.source_line as fund_line,
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
    inner join costs
        on indicators.indicator_id = costs.indicator_id
    inner join documents
        on indicators.document_id = documents.document_id
    cross join decimals

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
    is_whole_cost,
    fund_line,
    amount_unit,
    initial_budget,
    annual_budget,
    executed,
    case when is_target_amount then {{ yuan_in_unit('target_yuan', 'yuan_factor') }} end as target_amount,
    case when is_actual_amount then {{ yuan_in_unit('actual_yuan', 'yuan_factor') }} end as actual_amount,
    target_yuan - annual_budget * yuan_factor as target_over_annual_yuan,
    target_yuan - initial_budget * yuan_factor as target_over_initial_yuan,
    actual_yuan - executed * yuan_factor as actual_over_executed_yuan,
    target_place * target_factor as own_target_place_yuan,
    actual_place * actual_factor as own_actual_place_yuan,
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
from paired
