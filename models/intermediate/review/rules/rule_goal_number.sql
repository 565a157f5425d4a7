with

numbers as (

    select * from {{ ref('int_goal_number') }}

)

{{- rule_results(
    'numbers',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='number_value',
    expected='indicator_value',
    reported_text='number_text',
    expected_text='indicator_text',
    operand_a='words_text',
    reason="case when indicator_value is null then 'actual_is_text' end",
    holds='is_same'
) }}
