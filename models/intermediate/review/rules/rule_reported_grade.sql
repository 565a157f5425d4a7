with

conclusions as (

    select *
    from {{ ref('stg_evaluation') }}
    where grade is not null

),

document_profiles as (

    select * from {{ ref('int_evaluation_profile') }}

),

grades as (

    select * from {{ ref('rule_profile_grade') }}

),

graded as (

    select
        conclusions.document_id,
        conclusions.source_line,
        conclusions.evaluation_type,
        conclusions.subject_name,
        conclusions.score,
        conclusions.grade,
        document_profiles.profile_id,
        grades.grade as grade_of_score
    from conclusions
    left join document_profiles
        on
            conclusions.document_id = document_profiles.document_id
            and conclusions.evaluation_type = document_profiles.evaluation_type
    left join grades
        on
            document_profiles.profile_id = grades.profile_id
            and conclusions.score >= grades.score_from
            and conclusions.score < grades.score_below

)

{{- rule_results(
    'graded',
    subject="concat_ws('|', document_id, evaluation_type, cast(source_line as string))",
    line='source_line',
    item='subject_name',
    reported_text='grade',
    expected_text='grade_of_score',
    operand_a=plain('score'),
    reason="case when profile_id is null then 'profile_missing' when score is null then 'score_blank' end",
    holds='grade = grade_of_score',
    against='source_line'
) }}
