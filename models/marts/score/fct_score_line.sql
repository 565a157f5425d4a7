with

lines as (

    select * from {{ ref('int_score_line') }}

)

select
    score_line_id,
    evaluation_type,
    document_id,
    subject_name,
    project_id,
    indicator_id,
    part_code,
    level1,
    level2,
    level3,
    level4,
    {{ points('weight') }} as weight,
    {{ points('reported_score') }} as reported_score,
    expected_basis,
    expected_score_low,
    expected_score_high,
    -- One figure where the profile fixes the score; a range has none.
    case when expected_score_low = expected_score_high then expected_score_low end as expected_score,
    {{ points('case when expected_score_low is not null then reported_score - nearest_expected_score end') }}
        as score_gap,
    reason,
    source_line
from lines
