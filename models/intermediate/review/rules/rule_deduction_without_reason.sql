-- The score of the execution follows from its rate, and needs no reason.
with

lines as (

    select
        *,
        {{ item_label('level2', 'coalesce(level4, level3)') }} as item_label
    from {{ ref('int_score_line') }}

),

tables as (

    -- A table without a column of reasons can't print them.
    select
        document_id,
        evaluation_type,
        subject_name,
        count(reason) as printed_reasons
    from lines
    where evaluation_type <> 'self_evaluation'
    group by
        document_id,
        evaluation_type,
        subject_name

),

form_reasons as (

    select * from {{ ref('int_form_reason') }}

),

scored as (

    select
        lines.*,
        form_reasons.project_id is not null as is_explained,
        lines.evaluation_type = 'self_evaluation' or tables.printed_reasons > 0 as has_reasons,
        -- Without printed points, no deduction is visible.
        lines.project_id is null
        or count(lines.full_points) over (partition by lines.document_id, lines.project_id) > 0 as has_points
    from lines
    left join form_reasons
        on lines.project_id = form_reasons.project_id
    left join tables
        on
            lines.document_id = tables.document_id
            and lines.evaluation_type = tables.evaluation_type
            and coalesce(lines.subject_name, '') = coalesce(tables.subject_name, '')

)

{{- rule_results(
    'scored',
    subject='score_line_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='reported_score',
    expected='full_points',
    applies="has_reasons and is_counted and has_points and coalesce(class_code <> 'execution', true)",
    reason="case when reported_score is null then 'score_blank' when full_points is null then 'weight_blank' end",
    holds='reported_score >= full_points or is_explained or ' ~ gives_reason('reason'),
    against='source_line'
) }}
