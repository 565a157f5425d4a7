with

forms as (

    select * from {{ ref('stg_declared_form') }}

),

indicators as (

    select * from {{ ref('stg_form_indicator') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

)

select
    indicators.document_id,
    indicators.form_no,
    forms.project_name,
    forms.competent_unit_text,
    forms.implementing_unit_text,
    indicators.indicator_no,
    indicators.level1,
    indicators.level2,
    indicators.level3,
    indicators.target_text,
    {{ points('indicators.weight') }} as weight,
    cast(documents.fiscal_year as integer) as fiscal_year,
    indicators.source_line
from indicators
inner join forms
    on indicators.project_id = forms.project_id
inner join documents
    on indicators.document_id = documents.document_id
