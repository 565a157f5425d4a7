-- The unread numbers of a form in a column of weights or scores, without which the sums of its lines are unknown.
with

cells as (

    select
        {{ project_id() }} as project_id,
        {{ half_width('column_label') }} as heading
    from {{ ref('stg_unread_cell') }}
    where form_no is not null and {{ matches(half_width('cell_text'), '^[0-9]+([.][0-9]+)?分?$') }}

),

headings as (

    select distinct
        label as meaning,
        {{ half_width('synonym') }} as heading
    from {{ ref('header_synonym') }}
    where part in ('fund_column', 'indicator_column') and label in ('分值', '得分')

),

meant as (

    select
        cells.project_id,
        coalesce(
            headings.meaning,
            case
                -- A coefficient is neither.
                when {{ matches('cells.heading', '系数') }} then null
                when {{ matches('cells.heading', '分值|权重') }} then '分值'
                when {{ matches('cells.heading', '得分|自评分') }} then '得分'
            end
        ) as meaning
    from cells
    left join headings
        on cells.heading = headings.heading

)

select
    project_id,
    sum(case when meaning = '分值' then 1 else 0 end) as unread_weights,
    sum(case when meaning = '得分' then 1 else 0 end) as unread_scores
from meant
where meaning is not null
group by project_id
