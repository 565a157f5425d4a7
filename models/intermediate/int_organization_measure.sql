with

measures as (

    select * from {{ ref('ranking_measure') }}

),

ratios as (

    select * from {{ ref('int_department_ratio') }}

),

amounts as (

    select * from {{ ref('int_department_measure') }}

),

scores as (

    select * from {{ ref('int_form_score') }}

),

series as (

    select * from {{ ref('int_project_series') }}

),

forms as (

    -- A department's own form is none of its projects.
    select project_id
    from {{ ref('stg_self_evaluation') }}
    where form_kind <> 'department_self_evaluation'

),

projects as (

    select
        series.organization_id,
        series.fiscal_year,
        series.project_series_id,
        scores.document_id,
        scores.recomputed_total,
        scores.total_source_line
    from scores
    inner join series
        on scores.project_id = series.project_id
    inner join forms
        on scores.project_id = forms.project_id
    -- An unscored form has no total; the average covers the forms with one.
    where scores.recomputed_total is not null

),

filed as (

    select
        organization_id,
        fiscal_year,
        project_series_id,
        count(distinct document_id) as documents
    from projects
    group by
        organization_id,
        fiscal_year,
        project_series_id

),

copies as (

    select
        organization_id,
        fiscal_year,
        max(documents) as documents_of_a_project
    from filed
    group by
        organization_id,
        fiscal_year

),

averages as (

    select
        min(projects.document_id) as document_id,
        count(distinct projects.document_id) as documents,
        {{ ratio('sum(' ~ points('projects.recomputed_total') ~ ')', 'count(projects.recomputed_total)') }} as value,
        min(projects.total_source_line) as source_line
    from projects
    inner join copies
        on
            projects.organization_id = copies.organization_id
            and projects.fiscal_year = copies.fiscal_year
    -- Forms filed one by one are averaged together; for a project filed twice it is unknown which one counts.
    group by
        projects.organization_id,
        projects.fiscal_year,
        case when copies.documents_of_a_project > 1 then projects.document_id end

)

select
    ratios.document_id,
    measures.measure_code,
    1 as documents,
    ratios.ratio as value,
    amounts.source_line
from ratios
inner join measures
    on
        ratios.ratio_code = measures.ratio_code
        and ratios.basis = measures.basis
inner join amounts
    on ratios.document_id = amounts.document_id
where ratios.ratio is not null

union all

select
    averages.document_id,
    measures.measure_code,
    averages.documents,
    averages.value,
    averages.source_line
from averages
inner join measures
    on measures.measure_code = 'average_project_score'
where averages.value is not null
