with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

counted as (

    select
        *,
        count(*) over (partition by project_id, level3_name) as repetitions
    from indicators

)

{{- rule_results(
    'counted',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='repetitions',
    expected='1',
    operand_a='level3',
    reason="case when coalesce(level3_name, '') = '' then 'operand_blank' end",
    holds='repetitions = 1'
) }}
