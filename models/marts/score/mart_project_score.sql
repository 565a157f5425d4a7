with

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('dim_document') }}

),

scores as (

    select * from {{ ref('int_form_score') }}

),

grades as (

    select * from {{ ref('int_form_grade') }}

)

select
    scores.project_id,
    scores.document_id,
    documents.fiscal_year,
    scores.rule_profile_id,
    cast(scores.score_lines as integer) as score_lines,
    cast(scores.blank_score_lines as integer) as blank_score_lines,
    cast(scores.not_checkable_lines as integer) as not_checkable_lines,
    {{ points('scores.reported_weights_total') }} as reported_weights_total,
    {{ points('scores.weights_total') }} as weights_total,
    {{ points('scores.reported_total') }} as reported_total,
    {{ points('scores.recomputed_total') }} as recomputed_total,
    {{ points('scores.expected_total') }} as expected_total,
    {{ points('grades.difference') }} as difference,
    grades.grade,
    grades.expected_grade,
    grades.is_consistent,
    scores.total_source_line as source_line
from scores
inner join documents
    on scores.document_id = documents.document_id
inner join grades
    on scores.project_id = grades.project_id
