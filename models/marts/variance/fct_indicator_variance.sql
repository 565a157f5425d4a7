with

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('dim_document') }}

),

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

comparisons as (

    select * from {{ ref('int_indicator_comparison') }}

)

select
    indicators.indicator_id,
    indicators.project_id,
    indicators.document_id,
    documents.fiscal_year,
    cast(indicators.indicator_no as integer) as indicator_no,
    indicators.level1,
    indicators.level2,
    indicators.level3,
    indicators.target_text,
    indicators.actual_text,
    comparisons.value_kind,
    comparisons.comparator,
    comparisons.is_comparator_printed,
    comparisons.target_value,
    comparisons.actual_value,
    comparisons.unit,
    comparisons.completion_rate,
    comparisons.deviation_rate,
    comparisons.attainment,
    comparisons.not_checkable_reason,
    {{ points('indicators.weight') }} as weight,
    {{ points('indicators.score') }} as reported_score,
    indicators.deviation_reason,
    indicators.source_line
from indicators
inner join documents
    on indicators.document_id = documents.document_id
inner join comparisons
    on indicators.indicator_id = comparisons.indicator_id
