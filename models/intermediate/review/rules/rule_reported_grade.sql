-- Grades of one meaning have one English label: 优 and 优秀.
with

conclusions as (

    select *
    from {{ ref('stg_evaluation') }}
    where grade is not null

),

document_profiles as (

    select * from {{ ref('int_evaluation_profile') }}

),

evaluated_forms as (

    select * from {{ ref('int_evaluated_form') }}

),

grades as (

    select * from {{ ref('rule_profile_grade') }}

),

meanings as (

    select distinct
        grade,
        label_en
    from grades

),

parameters as (

    {{ parameters(['total_weight']) }}

),

projects as (

    select *
    from {{ ref('int_project') }}
    where grade_text is not null

),

subjects as (

    select
        conclusions.document_id,
        conclusions.source_line,
        conclusions.evaluation_type,
        conclusions.subject_name,
        conclusions.score,
        conclusions.score as score_of_full,
        conclusions.grade,
        document_profiles.profile_id,
        evaluated_forms.evaluated_form_id as project_id
    from conclusions
    left join document_profiles
        on
            conclusions.document_id = document_profiles.document_id
            and conclusions.evaluation_type = document_profiles.evaluation_type
    left join evaluated_forms
        on
            conclusions.document_id = evaluated_forms.document_id
            and conclusions.evaluation_type = 'project'

    union all

    -- A form that is scored out of another sum is graded by its score or by its share of the full score.
    select
        projects.document_id,
        coalesce(projects.total_source_line, projects.source_line) as source_line,
        'self_evaluation' as evaluation_type,
        projects.project_name as subject_name,
        projects.total_score as score,
        {{ figure(
            'projects.total_score * coalesce(' ~ ratio('parameters.total_weight', 'projects.total_weight') ~ ', 1)'
        ) }} as score_of_full,
        projects.grade_text as grade,
        projects.rule_profile_id as profile_id,
        projects.project_id
    from projects
    left join parameters
        on projects.rule_profile_id = parameters.profile_id

),

graded as (

    select
        subjects.*,
        printed.label_en as printed_meaning,
        by_score.grade as grade_of_score,
        by_score.label_en as meaning_of_score,
        by_share.label_en as meaning_of_share
    from subjects
    left join meanings as printed
        on subjects.grade = printed.grade
    left join grades as by_score
        on
            subjects.profile_id = by_score.profile_id
            and subjects.score >= by_score.score_from
            and subjects.score < by_score.score_below
    left join grades as by_share
        on
            subjects.profile_id = by_share.profile_id
            and subjects.score_of_full >= by_share.score_from
            and subjects.score_of_full < by_share.score_below

)

{{- rule_results(
    'graded',
    subject="concat_ws('|', document_id, evaluation_type, cast(source_line as string))",
    line='source_line',
    project='project_id',
    item='subject_name',
    reported_text='grade',
    expected_text='grade_of_score',
    operand_a=plain('score'),
    reason="case when profile_id is null then 'profile_missing' when score is null then 'score_blank' when printed_meaning is null then 'unrecognised' end",
    holds='printed_meaning in (meaning_of_score, meaning_of_share)',
    against='source_line'
) }}
