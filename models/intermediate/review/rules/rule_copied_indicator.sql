with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

parameters as (

    {{ parameters(['copied_text_length']) }}

),

benefits as (

    select
        indicators.*,
        parameters.copied_text_length
    from indicators
    left join parameters
        on indicators.rule_profile_id = parameters.profile_id
    where indicators.class_code = 'benefit'

),

spread as (

    select
        document_id,
        level3_name,
        project_name,
        count(distinct project_id) as forms
    from benefits
    group by
        document_id,
        level3_name,
        project_name

),

totals as (

    select
        document_id,
        level3_name,
        sum(forms) as forms
    from spread
    group by
        document_id,
        level3_name

),

counted as (

    select
        benefits.*,
        totals.forms - spread.forms as forms_of_other_names
    from benefits
    left join spread
        on
            benefits.document_id = spread.document_id
            and benefits.level3_name = spread.level3_name
            and benefits.project_name = spread.project_name
    left join totals
        on
            benefits.document_id = totals.document_id
            and benefits.level3_name = totals.level3_name

)

{{- rule_results(
    'counted',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='forms_of_other_names',
    expected='0',
    applies='length(level3_name) >= copied_text_length or copied_text_length is null or level3_name is null',
    reason="coalesce(profile_problem, case when level3_name is null then 'operand_blank' end)",
    holds='forms_of_other_names = 0'
) }}
