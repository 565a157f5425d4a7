-- Forms of one project are held against the first of them.
with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

grouped as (

    select
        *,
        concat_ws(
            '|', document_id, project_name, level2, level3_name, target_text, actual_text, cast(weight as string)
        ) as facts
    from indicators
    where weight is not null and target_text is not null and actual_text is not null

),

compared as (

    select
        *,
        count(*) over (partition by facts) as forms_alike,
        first_value(score) over (partition by facts order by source_line, indicator_id) as first_score,
        first_value(source_line) over (partition by facts order by source_line, indicator_id) as first_line,
        first_value(indicator_id) over (partition by facts order by source_line, indicator_id) as first_indicator_id
    from grouped

)

{{- rule_results(
    'compared',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='score',
    expected='first_score',
    operand_a='first_line',
    applies='indicator_id <> first_indicator_id',
    reason="case when score is null or first_score is null then 'score_blank' end"
) }}
