-- The indicators that only head numbered parts of their own (一、… above 1、…, 2、…), and whose weight or score is the
-- sum of these parts: counting both would count the points twice.
with

indicators as (

    select
        project_id,
        indicator_id,
        indicator_no,
        weight,
        score,
        coalesce({{ matches(half_width('level3'), '^[一二三四五六七八九十]+[、.]') }}, false) as is_head,
        coalesce({{ matches(half_width('level3'), '^[(]?[0-9]+[)、.]') }}, false) as is_part
    from {{ ref('stg_self_evaluation_indicator') }}

),

numbered as (

    select
        *,
        sum(case when is_head then 1 else 0 end) over (
            partition by project_id order by indicator_no, indicator_id rows unbounded preceding
        ) as group_no,
        -- Parts follow their head without a gap; any other row ends them.
        sum(case when is_head or is_part then 0 else 1 end) over (
            partition by project_id order by indicator_no, indicator_id rows unbounded preceding
        ) as gaps
    from indicators

),

heads as (

    select *
    from numbered
    where is_head

),

parts as (

    select
        project_id,
        group_no,
        gaps,
        count(*) as parts,
        sum(weight) as weight,
        sum(score) as score
    from numbered
    where is_part
    group by
        project_id,
        group_no,
        gaps

)

select
    heads.project_id,
    heads.indicator_id,
    parts.parts
from heads
inner join parts
    on
        heads.project_id = parts.project_id
        and heads.group_no = parts.group_no
        and heads.gaps = parts.gaps
where
    coalesce(heads.weight, heads.score) is not null
    and coalesce(heads.weight = parts.weight, true)
    and coalesce(heads.score = parts.score, true)
    and coalesce(heads.weight = parts.weight, heads.score = parts.score)
