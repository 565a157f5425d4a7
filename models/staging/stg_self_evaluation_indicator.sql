with

rows_of_forms as (

    select * from {{ ref('stg_form_indicator') }}

),

evaluations as (

    select project_id
    from {{ ref('stg_self_evaluation') }}

)

select
    rows_of_forms.indicator_id,
    rows_of_forms.project_id,
    rows_of_forms.document_id,
    rows_of_forms.source_line,
    rows_of_forms.form_no,
    rows_of_forms.indicator_no,
    rows_of_forms.level1,
    rows_of_forms.level2,
    rows_of_forms.level3,
    rows_of_forms.target_text,
    rows_of_forms.actual_text,
    rows_of_forms.weight_text,
    rows_of_forms.weight,
    rows_of_forms.score_text,
    rows_of_forms.score,
    rows_of_forms.deviation_reason,
    rows_of_forms.measure_unit,
    rows_of_forms.direction_text,
    rows_of_forms.level1_points,
    rows_of_forms.level2_points
from rows_of_forms
inner join evaluations
    on rows_of_forms.project_id = evaluations.project_id
