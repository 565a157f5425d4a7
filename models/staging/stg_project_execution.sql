with

source as (

    select * from {{ ref('raw_project_execution') }}

)

select
    document_id,
    cast(source_line as integer) as source_line,
    {{ printed('project_name') }} as project_name,
    {{ printed('period') }} as period,
    {{ printed('approved') }} as approved_text,
    {{ number_of('approved') }} as approved,
    {{ printed('arrived') }} as arrived_text,
    {{ number_of('arrived') }} as arrived,
    {{ printed('executed') }} as executed_text,
    {{ number_of('executed') }} as executed,
    {{ printed('approved_fiscal') }} as approved_fiscal_text,
    {{ number_of('approved_fiscal') }} as approved_fiscal,
    {{ printed('executed_fiscal') }} as executed_fiscal_text,
    {{ number_of('executed_fiscal') }} as executed_fiscal,
    {{ printed('executed_this_year') }} as executed_this_year_text,
    {{ number_of('executed_this_year') }} as executed_this_year,
    {{ printed('progress_rate') }} as progress_percent_text,
    {{ number_of('progress_rate') }} as progress_percent,
    coalesce({{ printed('project_name') }} = '合计', false) as is_total
from source
