with

forms as (

    select * from {{ ref('stg_declared_form') }}

),

funds as (

    select * from {{ ref('stg_form_fund') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

)

select
    funds.document_id,
    funds.form_no,
    forms.project_name,
    forms.competent_unit_text,
    forms.implementing_unit_text,
    funds.fund_source_text,
    funds.annual_budget_yuan as amount_yuan,
    cast(documents.fiscal_year as integer) as fiscal_year,
    funds.source_line
from funds
inner join forms
    on funds.project_id = forms.project_id
inner join documents
    on funds.document_id = documents.document_id
