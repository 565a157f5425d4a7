-- The printed totals and rates of each self-evaluation form against its own rows.
{{ config(materialized='view') }}
with

scores as (

    select * from {{ ref('int_form_score') }}

),

funds as (

    select * from {{ ref('stg_self_evaluation_fund') }}

),

fund_sums as (

    select * from {{ ref('int_fund_sum') }}

),

expected_scores as (

    select * from {{ ref('int_execution_score') }}

),

tolerances as (

    select tolerance
    from {{ ref('tolerance') }}
    where tolerance_code = 'score'

),

form_scores as (

    select
        scores.document_id,
        scores.project_id,
        scores.total_source_line as source_line,
        'form_total_score' as figure_code,
        'total' as figure_part,
        '自评总分 = 各项得分之和' as label_zh,
        '分' as unit,
        {{ figure('scores.reported_total') }} as reported_value,
        {{ figure('scores.recomputed_total') }} as recomputed_value,
        'score' as tolerance_code,
        scores.rounded_scores as addends,
        {{ figure(
            'case when scores.total_rounding > 0 then tolerances.tolerance * greatest(scores.rounded_scores, 1) + scores.total_rounding else 0 end'
        ) }} as rounding
    from scores
    cross join tolerances

    union all

    select
        document_id,
        project_id,
        total_source_line as source_line,
        'form_total_weight' as figure_code,
        'total' as figure_part,
        '总分值 = 各项分值之和' as label_zh,
        '分' as unit,
        {{ figure('reported_weights_total') }} as reported_value,
        {{ figure('case when blank_weight_lines = 0 then weights_total end') }} as recomputed_value,
        'weight' as tolerance_code,
        1 as addends,
        cast(0 as {{ figure_type() }}) as rounding
    from scores

),

form_rates as (

    select
        document_id,
        project_id,
        source_line,
        'form_execution_rate' as figure_code,
        fund_source as figure_part,
        concat_ws('', fund_source_text, '：执行率 = 全年执行数 ÷ 全年预算数') as label_zh,
        '%' as unit,
        {{ figure('execution_percent') }} as reported_value,
        {{ figure(ratio('executed', 'annual_budget') ~ ' * 100') }} as recomputed_value,
        case
            when {{ matches('execution_rate_text', '[.][0-9][0-9]') }} then 'percent_2dp'
            when {{ matches('execution_rate_text', '[.][0-9]') }} then 'percent_1dp'
            else 'percent_0dp'
        end as tolerance_code,
        1 as addends,
        cast(0 as {{ figure_type() }}) as rounding
    from funds

),

execution_scores as (

    select
        funds.document_id,
        funds.project_id,
        funds.source_line,
        'form_execution_score' as figure_code,
        funds.fund_source as figure_part,
        '预算执行得分 = 分值 × 执行率' as label_zh,
        '分' as unit,
        {{ figure('funds.score') }} as reported_value,
        {{ figure('expected_scores.expected_score') }} as recomputed_value,
        'score' as tolerance_code,
        1 as addends,
        cast(0 as {{ figure_type() }}) as rounding
    from funds
    left join expected_scores
        on funds.project_id = expected_scores.project_id
    where funds.fund_source = 'total'

),

fund_totals as (

    select
        document_id,
        project_id,
        total_line as source_line,
        concat_ws('', 'form_fund_', amount_kind) as figure_code,
        figure_part,
        concat_ws('', label_zh, '：年度资金总额 = 各资金来源之和') as label_zh,
        amount_unit as unit,
        {{ figure('total_amount') }} as reported_value,
        {{ figure('parts_amount') }} as recomputed_value,
        'form_fund' as tolerance_code,
        1 as addends,
        rounding
    from fund_sums

),

combined as (

    select * from form_scores
    union all
    select * from form_rates
    union all
    select * from execution_scores
    union all
    select * from fund_totals

)

select
    document_id,
    project_id,
    source_line,
    figure_code,
    figure_part,
    label_zh,
    unit,
    reported_value,
    recomputed_value,
    tolerance_code,
    'self_evaluation_form' as basis,
    -- The rules of the forms know their lines.
    cast(null as integer) as against_line,
    cast(null as integer) as against_last_line,
    addends,
    rounding
from combined
where reported_value is not null
