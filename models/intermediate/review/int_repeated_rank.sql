-- Ranks of the running text, or of one form's goals, that name a ranking again: the first of the ranking beside each.
with

ranks as (

    select
        *,
        {{ extract('label_zh', '^[^（]+', 0) }} as ranking,
        {{ extract('label_zh', '（([^）]+)') }} as who,
        coalesce(
            value, case when {{ matches('value_text', '^[一二三四五六七八九十]$') }} then {{ chinese_digit('value_text') }} end
        ) as rank_value
    from {{ ref('stg_reported_figure') }}
    where figure_code = 'rank'

),

goals as (

    select * from {{ ref('stg_project_goal') }}

),

placed as (

    select
        ranks.document_id,
        ranks.source_line,
        ranks.ranking,
        ranks.who,
        ranks.value_text,
        ranks.rank_value,
        max(goals.project_id) as project_id
    from ranks
    left join goals
        on
            ranks.document_id = goals.document_id
            and ranks.source_line = goals.source_line
    group by
        ranks.document_id,
        ranks.source_line,
        ranks.ranking,
        ranks.who,
        ranks.value_text,
        ranks.rank_value

),

{% set ranking -%}
    partition by document_id, project_id, ranking order by source_line, who, value_text
    rows between unbounded preceding and unbounded following
{%- endset -%}
compared as (

    select
        *,
        row_number() over (
            partition by document_id, project_id, ranking
            order by source_line, who, value_text
        ) as mention,
        first_value(rank_value) over ({{ ranking }}) as first_value,
        first_value(source_line) over ({{ ranking }}) as first_line,
        first_value(who) over ({{ ranking }}) as first_who
    from placed

)

select
    document_id,
    project_id,
    source_line,
    ranking,
    who,
    value_text,
    rank_value,
    first_value,
    first_line,
    -- Two names are two that are ranked, and so can be two ranks without a name in one paragraph.
    coalesce(who <> first_who, who is null and first_who is null and source_line = first_line) as may_be_another
from compared
where mention > 1
