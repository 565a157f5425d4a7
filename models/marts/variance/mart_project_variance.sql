with

indicators as (

    select * from {{ ref('fct_indicator_variance') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by project_id
            order by abs(deviation_rate) desc nulls last, indicator_no asc
        ) as deviation_rank
    from indicators

)

select
    project_id,
    document_id,
    cast(count(*) as integer) as indicators,
    cast(sum(case when attainment = 'met' then 1 else 0 end) as integer) as met,
    cast(sum(case when attainment = 'exceeded' then 1 else 0 end) as integer) as exceeded,
    cast(sum(case when attainment = 'unmet' then 1 else 0 end) as integer) as unmet,
    cast(sum(case when attainment = 'not_checkable' then 1 else 0 end) as integer) as not_checkable,
    {{ ratio("sum(case when attainment in ('met', 'exceeded') then 1 else 0 end)",
             "sum(case when attainment = 'not_checkable' then 0 else 1 end)") }} as attainment_rate,
    {{ ratio("sum(case when attainment = 'not_checkable' then 0 else 1 end)", 'count(*)') }} as checkable_rate,
    max(case when deviation_rank = 1 then deviation_rate end) as worst_deviation_rate,
    max(case when deviation_rank = 1 and deviation_rate is not null then indicator_id end) as worst_indicator_id,
    cast(min(source_line) as integer) as source_line
from ranked
group by
    project_id,
    document_id
