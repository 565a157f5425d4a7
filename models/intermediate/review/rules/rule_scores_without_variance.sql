with

scores as (

    select * from {{ ref('int_form_score') }}

),

parameters as (

    {{ parameters(['score_range', 'statistics_forms']) }}

),

document_profiles as (

    select *
    from {{ ref('int_evaluation_profile') }}
    where evaluation_type = 'self_evaluation'

),

spread as (

    select
        document_id,
        min(total_line) as source_line,
        count(reported_total) as forms,
        min(reported_total) as lowest,
        max(reported_total) as highest
    from scores
    group by document_id

),

judged_documents as (

    select
        spread.*,
        parameters.score_range,
        parameters.statistics_forms
    from spread
    left join document_profiles
        on spread.document_id = document_profiles.document_id
    left join parameters
        on document_profiles.profile_id = parameters.profile_id

)

{{- rule_results(
    'judged_documents',
    subject='document_id',
    line='source_line',
    reported='highest - lowest',
    expected='score_range',
    operand_a=plain('lowest'),
    operand_b=plain('highest'),
    reason="case when forms < statistics_forms then 'too_few_forms' when score_range is null then 'profile_missing' end",
    holds='highest - lowest >= score_range'
) }}
