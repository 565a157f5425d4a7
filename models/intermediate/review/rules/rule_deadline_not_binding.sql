with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

parameters as (

    {{ parameters(['unbinding_month']) }}

),

dated as (

    select
        indicators.*,
        parameters.unbinding_month
    from indicators
    left join parameters
        on indicators.rule_profile_id = parameters.profile_id

)

{{- rule_results(
    'dated',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='target_value',
    unit="'月'",
    operand_a='target_text',
    applies="value_kind = 'month'",
    reason='profile_problem',
    holds='target_value < unbinding_month'
) }}
