with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

form_reasons as (

    select * from {{ ref('int_form_reason') }}

),

explained as (

    select
        indicators.*,
        form_reasons.project_id is not null as is_explained
    from indicators
    left join form_reasons
        on indicators.project_id = form_reasons.project_id

)

{{- rule_results(
    'explained',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    operand_a='target_text',
    operand_b='actual_text',
    reason='not_checkable_reason',
    holds="attainment <> 'unmet' or is_explained or " ~ gives_reason('deviation_reason'),
    against='source_line'
) }}
