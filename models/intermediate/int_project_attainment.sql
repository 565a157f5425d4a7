with

comparisons as (

    select * from {{ ref('int_indicator_comparison') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by project_id
            order by
                case when attainment = 'unmet' then 0 else 1 end asc,
                deviation_rate asc nulls last,
                indicator_no asc
        ) as deviation_rank
    from comparisons

)

select
    project_id,
    document_id,
    count(*) as indicators,
    sum(case when attainment = 'met' then 1 else 0 end) as met,
    sum(case when attainment = 'exceeded' then 1 else 0 end) as exceeded,
    sum(case when attainment = 'unmet' then 1 else 0 end) as unmet,
    sum(case when attainment = 'not_checkable' then 1 else 0 end) as not_checkable,
    max(case when deviation_rank = 1 then deviation_rate end) as worst_deviation_rate,
    max(
        case when deviation_rank = 1 and (deviation_rate is not null or attainment = 'unmet') then indicator_id end
    ) as worst_indicator_id,
    min(source_line) as source_line
from ranked
group by
    project_id,
    document_id
