with

forms as (

    select * from {{ ref('stg_declared_form') }}

),

funds as (

    select
        *,
        row_number() over (
            partition by project_id, source_line, fund_source_text order by annual_budget_yuan asc nulls last
        ) as line_ordinal
    from {{ ref('stg_form_fund') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

)

select
    {{ key_of(['funds.project_id', 'funds.source_line', 'funds.fund_source_text', 'funds.line_ordinal']) }}
        as declared_fund_id,
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
