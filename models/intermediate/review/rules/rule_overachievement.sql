with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

parameters as (

    {{ parameters(['overachievement_rate']) }}

),

measured as (

    select
        indicators.*,
        parameters.overachievement_rate
    from indicators
    left join parameters
        on indicators.rule_profile_id = parameters.profile_id

)

{{- rule_results(
    'measured',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='completion_rate * 100',
    expected='overachievement_rate * 100',
    operand_a='target_text',
    operand_b='actual_text',
    applies="coalesce(comparator, '>=') in ('>=', '>', '~') and coalesce(value_kind, '') not in ('month', 'unit_price') and coalesce(value_kind <> 'money' or class_code = 'benefit', true) and coalesce(class_code, '') <> 'cost' and coalesce(target_value, 1) > 0",
    reason='coalesce(not_checkable_reason, profile_problem)',
    holds='actual_value < target_value * overachievement_rate',
    against='source_line'
) }}
