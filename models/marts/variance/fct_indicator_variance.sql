with

projects as (

    select * from {{ ref('int_project') }}

),

indicators as (

    select * from {{ ref('int_indicator_comparison') }}

)

select
    indicators.indicator_id,
    indicators.project_id,
    indicators.document_id,
    cast(projects.fiscal_year as integer) as fiscal_year,
    cast(projects.form_no as integer) as form_no,
    projects.project_name,
    cast(indicators.indicator_no as integer) as indicator_no,
    indicators.level1,
    indicators.level2,
    indicators.level3,
    indicators.target_text,
    indicators.actual_text,
    indicators.value_kind,
    indicators.comparator,
    indicators.is_comparator_printed,
    indicators.target_value,
    indicators.actual_value,
    indicators.unit,
    indicators.completion_rate,
    indicators.deviation_rate,
    indicators.attainment,
    indicators.not_checkable_reason,
    {{ points('indicators.weight') }} as weight,
    {{ points('indicators.score') }} as reported_score,
    indicators.deviation_reason,
    indicators.source_line
from indicators
inner join projects
    on indicators.project_id = projects.project_id
