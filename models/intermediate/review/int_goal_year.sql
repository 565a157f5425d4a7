-- Years belong to a goal if they are the form's own, in the project's name, or beside a word of an earlier basis or a
-- later aim; a range of years is a plan of several. A year whose quantity is that of the form's own indicator is meant
-- as the form's year, whether the project's name has a year or not, and is no history.
with

figures as (

    select * from {{ ref('stg_text_figure') }}

),

goals as (

    select * from {{ ref('stg_project_goal') }}

),

projects as (

    select * from {{ ref('int_project') }}

),

words as (

    select * from {{ ref('goal_word') }}

),

own_quantities as (

    select distinct
        project_id,
        goal_no,
        part,
        printed_year
    from {{ ref('int_goal_figure') }}
    where is_of_other_year and is_same = 1

),

years as (

    select
        projects.project_id,
        projects.fiscal_year,
        figures.goal_no,
        figures.part,
        figures.figure_no,
        figures.number_text,
        projects.project_name like concat('%', figures.number_text, '%') as is_in_name,
        -- 2023年, 23年 or a leading 23.
        projects.project_name like concat('%', cast(projects.fiscal_year as string), '%')
        or projects.project_name like concat('%', substr(cast(projects.fiscal_year as string), 3), '年%')
        or projects.project_name like concat(substr(cast(projects.fiscal_year as string), 3), '%') as names_own_year,
        cast(case when {{ matches('figures.number_text', '^20[0-9][0-9]$') }} then figures.number_text end as integer)
            as printed_year,
        {{ quoted_words('figures.words_before', 'figures.number_text', 'figures.words_behind') }} as words_text,
        max(case when words.kind = 'year_before' then 1 else 0 end) as has_word_before,
        max(case when words.kind = 'year_behind' then 1 else 0 end) as has_word_behind
    from figures
    inner join projects
        on figures.project_id = projects.project_id
    left join words
        on
            (words.kind = 'year_before' and figures.words_before like concat('%', words.word, '%'))
            or (words.kind = 'year_behind' and figures.words_behind like concat('%', words.word, '%'))
    where
        figures.goal_no is not null
        and {{ matches('figures.number_text', '^20[0-9][0-9]') }}
        and figures.words_behind like '年%'
    group by
        projects.project_id,
        projects.fiscal_year,
        projects.project_name,
        figures.goal_no,
        figures.part,
        figures.figure_no,
        figures.number_text,
        figures.words_before,
        figures.words_behind

),

told as (

    select
        years.*,
        own_quantities.project_id is not null as has_own_quantity,
        not years.is_in_name
        and years.has_word_before = 0
        and (years.has_word_behind = 0 or own_quantities.project_id is not null)
        and years.printed_year <> years.fiscal_year as is_other
    from years
    left join own_quantities
        on
            years.project_id = own_quantities.project_id
            and years.goal_no = own_quantities.goal_no
            and years.part = own_quantities.part
            and years.printed_year = own_quantities.printed_year

),

judged as (

    select
        project_id,
        goal_no,
        fiscal_year,
        names_own_year,
        max(case when printed_year is null or printed_year = fiscal_year then 1 else 0 end) as has_own_year,
        min(case when is_other then printed_year end) as other_year,
        min(case when is_other then words_text end) as words_text,
        max(case when is_other and has_own_quantity then 1 else 0 end) as has_own_quantity
    from told
    group by
        project_id,
        goal_no,
        fiscal_year,
        names_own_year

)

select
    goals.document_id,
    goals.project_id,
    goals.goal_no,
    goals.source_line,
    judged.fiscal_year as own_year,
    judged.names_own_year or judged.has_own_quantity = 1 as is_of_own_year,
    case when judged.has_own_year = 0 then judged.other_year end as other_year,
    case when judged.has_own_year = 0 then coalesce(judged.other_year, judged.fiscal_year) else judged.fiscal_year end
        as printed_year,
    judged.words_text
from goals
inner join judged
    on
        goals.project_id = judged.project_id
        and goals.goal_no = judged.goal_no
