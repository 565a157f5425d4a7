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
    reported='deadline_month',
    operand_a='target_text',
    applies="deadline_month is not null or (class_code = 'timeliness' and target_text is null)",
    reason="coalesce(profile_problem, case when target_text is null then 'target_blank' end)",
    holds='deadline_month < unbinding_month'
) }}
