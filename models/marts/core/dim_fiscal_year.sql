{{ config(tags=['after_gates']) }}

with

documents as (

    select * from {{ ref('dim_document') }}

)

select distinct
    fiscal_year,
    cast(make_date(fiscal_year, 1, 1) as date) as year_start
from documents
