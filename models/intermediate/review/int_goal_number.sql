-- A number that is another indicator's, or of another year, says nothing of this one.
with

figures as (

    select
        *,
        max(is_same) over (partition by project_id, part, goal_no, figure_no) as is_some_indicators
    from {{ ref('int_goal_figure') }}

),

compared as (

    select *
    from figures
    where is_same = 1 or (is_some_indicators = 0 and not is_of_other_year)

),

told as (

    -- Several numbers of one noun can be its parts: one of them, or their sum, is the indicator's.
    select
        indicator_id,
        document_id,
        project_id,
        source_line,
        item_label,
        part,
        indicator_text,
        indicator_value,
        case
            when indicator_value is null then null
            when max(is_same) = 1 or abs(sum(number_value) - indicator_value) <= 0.000001 then true
            else false
        end as is_same,
        max(number_value) as number_value,
        max(number_text) as number_text,
        max(words_text) as words_text
    from compared
    group by
        indicator_id,
        document_id,
        project_id,
        source_line,
        item_label,
        part,
        indicator_text,
        indicator_value

),

ordered as (

    -- One number of each indicator: a contradiction first, then what the goal expects.
    select
        *,
        row_number() over (
            partition by indicator_id
            order by
                case when not is_same then 0 when is_same then 1 else 2 end,
                case part when 'expected' then 0 when 'achieved' then 1 else 2 end
        ) as choice
    from told

)

select
    indicator_id,
    document_id,
    project_id,
    source_line,
    item_label,
    part,
    number_text,
    number_value,
    words_text,
    indicator_text,
    indicator_value,
    is_same
from ordered
where choice = 1
