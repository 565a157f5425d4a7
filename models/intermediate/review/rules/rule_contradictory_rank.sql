with

ranks as (

    select * from {{ ref('int_repeated_rank') }}

)

{{- rule_results(
    'ranks',
    subject="concat_ws('|', document_id, project_id, ranking, who, cast(source_line as string), value_text)",
    line='source_line',
    project='project_id',
    item='ranking',
    reported='rank_value',
    expected='first_value',
    operand_a='first_line',
    reason="case when may_be_another then 'several_ranked' end",
    against='first_line'
) }}
