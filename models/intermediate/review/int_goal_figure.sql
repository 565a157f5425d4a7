-- The numbers of a form's goals and name that are a quantity indicator's. The unit is the same, and the noun is the
-- words behind the number ("58条背街小巷" and 背街小巷数量), or the words beside it say what the indicator and the
-- project's name say and nothing else ("全市调解民间纠纷 3126件" and 调解民间纠纷). Words of doing and of scope say
-- nothing; two different acts, such as building and repairing, are two things.
with

figures as (

    select * from {{ ref('stg_text_figure') }}

),

indicators as (

    select *
    from {{ ref('int_indicator_comparison') }}
    where class_code = 'quantity' and value_kind = 'quantity' and level3 is not null

),

projects as (

    select
        project_id,
        fiscal_year,
        coalesce(project_name, '') as project_name
    from {{ ref('int_project') }}

),

words as (

    select * from {{ ref('goal_word') }}

),

count_units as (

    select * from {{ ref('count_unit') }}

),

-- The longest words first.
patterns as (

    {% for part in ['expected', 'achieved'] -%}
        select
            '{{ part }}' as part,
            replace(
                {{ replace_all(joined_text("concat(cast(9 - length(word) as string), word)"), '[0-9]', '') }}, '、', '|'
            ) as empty_words
        from words
        where
            kind in ('verb', 'link', 'scope') or kind like 'act%'
            {%- if part == 'expected' %} or kind = 'plan'{% endif %}
        {% if not loop.last %}
            union all

        {% endif %}
    {%- endfor %}

),

numbers as (

    select
        figures.*,
        projects.project_name,
        projects.fiscal_year,
        patterns.empty_words,
        -- 2022年完成: the reader cuts the words at the year.
        {{ replace_all("coalesce(figures.words_before, '')", '^年度?', '') }} as own_words_before,
        case
            when figures.words_before like '年%'
                then lag(figures.number_text) over (
                    partition by figures.project_id, figures.part, figures.goal_no
                    order by figures.figure_no
                )
        end as year_text
    from figures
    inner join projects
        on figures.project_id = projects.project_id
    inner join patterns
        on case when figures.part = 'achieved' then 'achieved' else 'expected' end = patterns.part

),

named as (

    select
        indicators.indicator_id,
        indicators.document_id,
        indicators.project_id,
        indicators.source_line,
        indicators.level2,
        indicators.level3,
        indicators.target_text,
        indicators.actual_text,
        indicators.target_value,
        case when indicators.is_comparator_printed then indicators.comparator else '=' end as comparator,
        -- A bound or a statement isn't what was achieved.
        case
            when indicators.actual_kind = 'quantity' and indicators.actual_comparator is null
                then indicators.actual_value
        end as actual_value,
        indicators.unit as printed_unit,
        -- 造林面积（万亩）
        {{ extract(half_width('indicators.level3'), '[(]万?([^()万]{1,3})[)]$') }} as name_unit,
        case
            when indicators.unit is null and {{ matches(half_width('indicators.level3'), '[(]万[^()万]{1,3}[)]$') }}
                then 10000
            else 1
        end as name_factor,
        {{ replace_all(half_width('indicators.level3'), '^指标[0-9]*[:、. ]?|[(][^)]*[)]| ', '') }} as full_name
    from indicators
    where indicators.project_id in (select figures.project_id from figures)

),

measures as (

    select
        named.indicator_id,
        max(length(words.word)) as measure_length
    from named
    inner join words
        on
            words.kind = 'measure'
            and named.full_name like concat('%', words.word)
    group by named.indicator_id

),

counted as (

    select
        named.*,
        coalesce(named.printed_unit, named.name_unit, '') as unit,
        measures.measure_length,
        count(*) over (partition by named.project_id, coalesce(named.printed_unit, named.name_unit, ''))
            as indicators_of_unit
    from named
    left join measures
        on named.indicator_id = measures.indicator_id

),

nouns as (

    select
        *,
        -- 检查电梯台数, 检查电梯数量 and 抽检食品批次 count 检查电梯 and 抽检食品.
        substr(
            full_name,
            1,
            length(full_name) - case
                when length(unit) >= 2 and full_name like concat('%', unit) then length(unit)
                when measure_length is not null then measure_length
                when unit <> '' and full_name like concat('%', unit, '数') then length(unit) + 1
                else 0
            end
        ) as noun
    from counted

),

-- 36名 is 36人.
units as (

    select
        unit,
        unit as said_unit
    from nouns
    where unit <> ''

    union

    select
        one.unit,
        other.unit as said_unit
    from count_units as one
    inner join count_units as other
        on
            one.counts = 'persons'
            and other.counts = 'persons'
            and length(one.unit) = 1
            and length(other.unit) = 1

    union

    select
        '' as unit,
        '_' as said_unit

),

pairs as (

    select
        nouns.*,
        numbers.part,
        numbers.goal_no,
        numbers.figure_no,
        numbers.number_text,
        numbers.number_value,
        numbers.is_lower_bound,
        cast({{ extract('numbers.year_text', '^(20[0-9][0-9])$') }} as integer) as printed_year,
        numbers.fiscal_year,
        numbers.project_name,
        numbers.empty_words,
        coalesce(numbers.words_before, '') as words_before,
        numbers.words_behind,
        case when units.said_unit = '_' then substr(numbers.words_behind, 1, 1) else units.said_unit end as said_unit,
        concat(numbers.own_words_before, substr(numbers.words_behind, length(units.said_unit) + 1)) as said,
        -- Twelve characters are all that the reader keeps.
        length(coalesce(numbers.words_before, '')) < 12 and length(numbers.words_behind) < 12 as is_complete
    from nouns
    inner join units
        on nouns.unit = units.unit
    inner join numbers
        on nouns.project_id = numbers.project_id
    where
        length(nouns.noun) >= 2
        and numbers.number_value is not null
        and numbers.words_behind like concat(units.said_unit, '%')
        and not ({{ matches('numbers.number_text', '^20[0-9][0-9]$') }} and numbers.words_behind like '年%')

),

shares as (

    select distinct
        pairs.indicator_id,
        pairs.part,
        pairs.goal_no,
        pairs.figure_no
    from pairs
    inner join words
        on
            words.kind = 'share'
            and pairs.words_before like concat('%', words.word, '%')

),

other_acts as (

    select
        pairs.indicator_id,
        pairs.part,
        pairs.goal_no,
        pairs.figure_no
    from pairs
    inner join words as named_acts
        on
            named_acts.kind like 'act%'
            and pairs.full_name like concat('%', named_acts.word, '%')
    inner join words as said_acts
        on
            said_acts.kind like 'act%'
            and pairs.said like concat('%', said_acts.word, '%')
    group by
        pairs.indicator_id,
        pairs.part,
        pairs.goal_no,
        pairs.figure_no
    having max(case when named_acts.kind = said_acts.kind then 1 else 0 end) = 0

),

emptied as (

    select
        pairs.*,
        case when pairs.part = 'achieved' then pairs.actual_value else pairs.target_value end
        * pairs.name_factor as indicator_value,
        case when pairs.part = 'achieved' then pairs.actual_text else pairs.target_text end as indicator_text,
        {{ without_words('pairs.said', 'pairs.empty_words') }} as said_thing,
        {{ without_words('pairs.noun', 'pairs.empty_words') }} as bare_noun
    from pairs

),

equalled as (

    select
        *,
        case when length(bare_noun) >= 2 then bare_noun else noun end as thing,
        coalesce(abs(number_value - indicator_value) <= 0.000001, false) as is_equal,
        max(case when abs(number_value - indicator_value) <= 0.000001 then 1 else 0 end)
            over (partition by indicator_id, said_thing) as is_equal_elsewhere
    from emptied

),

matched as (

    select
        equalled.*,
        {{ item_label('equalled.level2', 'equalled.level3') }} as item_label
    from equalled
    left join shares
        on
            equalled.indicator_id = shares.indicator_id
            and equalled.part = shares.part
            and coalesce(equalled.goal_no, 0) = coalesce(shares.goal_no, 0)
            and equalled.figure_no = shares.figure_no
    left join other_acts
        on
            equalled.indicator_id = other_acts.indicator_id
            and equalled.part = other_acts.part
            and coalesce(equalled.goal_no, 0) = coalesce(other_acts.goal_no, 0)
            and equalled.figure_no = other_acts.figure_no
    where
        shares.indicator_id is null
        and (
            equalled.words_behind = concat(equalled.said_unit, equalled.noun)
            or (
                length(equalled.noun) >= 4
                and equalled.words_behind like concat(equalled.said_unit, equalled.noun, '%')
            )
            -- An equal number confirms what says more than the indicator.
            or (
                equalled.is_complete
                and other_acts.indicator_id is null
                and equalled.is_equal
                and translate(equalled.thing, equalled.said, '') = ''
            )
            or (
                equalled.is_complete
                and other_acts.indicator_id is null
                and (length(equalled.said_thing) >= 2 or equalled.said like concat('%', equalled.noun, '%'))
                and translate(equalled.said_thing, concat(equalled.full_name, equalled.project_name), '') = ''
                and (
                    translate(equalled.thing, equalled.said, '') = ''
                    -- What the project's name adds is meant, unless another indicator has the unit.
                    or (
                        equalled.indicators_of_unit = 1
                        and (
                            translate(equalled.thing, concat(equalled.said, equalled.project_name), '') = ''
                            -- 招聘会3场 is the target of 专场招聘会: so is 招聘会 in the achievement.
                            or equalled.is_equal_elsewhere = 1
                        )
                    )
                )
            )
        )

)

select
    indicator_id,
    document_id,
    project_id,
    source_line,
    item_label,
    part,
    goal_no,
    figure_no,
    number_value,
    concat(number_text, said_unit) as number_text,
    {{ quoted_words('words_before', 'number_text', 'words_behind') }} as words_text,
    indicator_text,
    indicator_value,
    printed_year,
    coalesce(printed_year <> fiscal_year, false) as is_of_other_year,
    case
        when abs(number_value - indicator_value) <= 0.000001 then 1
        when is_lower_bound then case when indicator_value >= number_value then 1 else 0 end
        when part = 'expected' and comparator in ('>=', '>') and number_value >= indicator_value then 1
        when part = 'expected' and comparator in ('<=', '<') and number_value <= indicator_value then 1
        else 0
    end as is_same
from matched
