with

lines as (

    select * from {{ ref('int_score_line') }}

),

forms as (

    select * from {{ ref('int_project') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

)

select
    lines.score_line_id,
    coalesce(forms.form_kind, lines.evaluation_type) as evaluation_type,
    lines.document_id,
    cast(documents.fiscal_year as integer) as fiscal_year,
    cast(forms.form_no as integer) as form_no,
    forms.project_name,
    lines.subject_name,
    lines.project_id,
    lines.indicator_id,
    lines.part_code,
    lines.level1,
    lines.level2,
    lines.level3,
    lines.level4,
    {{ points('lines.weight') }} as weight,
    {{ points('lines.full_points') }} as full_points,
    {{ points('lines.reported_score') }} as reported_score,
    lines.expected_basis,
    lines.expected_score_low,
    lines.expected_score_high,
    -- A single figure if the profile determines the score; null for a range.
    case when lines.expected_score_low = lines.expected_score_high then lines.expected_score_low end as expected_score,
    {{ points(
        'case when lines.expected_score_low is not null then lines.reported_score - lines.nearest_expected_score end'
    ) }}
        as score_gap,
    lines.reason,
    lines.is_counted,
    lines.source_line
from lines
inner join documents
    on lines.document_id = documents.document_id
left join forms
    on lines.project_id = forms.project_id
