with

attainments as (

    select * from {{ ref('int_project_attainment') }}

)

select
    project_id,
    document_id,
    cast(indicators as integer) as indicators,
    cast(met as integer) as met,
    cast(exceeded as integer) as exceeded,
    cast(unmet as integer) as unmet,
    cast(not_checkable as integer) as not_checkable,
    {{ ratio('met + exceeded', 'indicators - not_checkable') }} as attainment_rate,
    {{ ratio('indicators - not_checkable', 'indicators') }} as checkable_rate,
    worst_deviation_rate,
    worst_indicator_id,
    cast(source_line as integer) as source_line
from attainments
