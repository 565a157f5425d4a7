-- A number is an indicator's if it has the indicator's unit and noun: "58条背街小巷" and 背街小巷数量, "宣传活动 104场" and
-- 开展宣传活动. A noun that goes on behind the number is long enough to be the same one.
with

figures as (

    select *
    from {{ ref('stg_text_figure') }}
    where number_value is not null

),

indicators as (

    select *
    from {{ ref('int_indicator_comparison') }}
    where class_code = 'quantity' and value_kind = 'quantity' and level3 is not null

),

words as (

    select * from {{ ref('goal_word') }}

),

projects as (

    select distinct project_id from figures

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
        coalesce(indicators.unit, '') as unit,
        {{ replace_all(half_width('indicators.level3'), '^指标[0-9]*[:、. ]|[(][^)]*[)]| ', '') }} as full_name
    from indicators
    inner join projects
        on indicators.project_id = projects.project_id

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

nouns as (

    select
        named.*,
        substr(named.full_name, 1, length(named.full_name) - coalesce(measures.measure_length, 0)) as noun
    from named
    left join measures
        on named.indicator_id = measures.indicator_id

),

pairs as (

    select
        nouns.indicator_id,
        nouns.full_name,
        nouns.noun,
        figures.part,
        figures.goal_no,
        figures.figure_no,
        figures.number_text,
        figures.number_value,
        figures.is_lower_bound,
        coalesce(figures.words_before, '') as words_before,
        figures.words_behind,
        case when nouns.unit = '' then substr(figures.words_behind, 1, 1) else nouns.unit end as unit
    from nouns
    inner join figures
        on nouns.project_id = figures.project_id
    where
        length(nouns.noun) >= 2
        and figures.words_behind like concat(case when nouns.unit = '' then '_' else nouns.unit end, '%')

),

links as (

    select word from words
    where kind = 'link'
    union all
    select '' as word

),

before as (

    -- What is left before the noun is nothing or a verb.
    select distinct
        pairs.indicator_id,
        pairs.part,
        pairs.goal_no,
        pairs.figure_no
    from pairs
    cross join links
    left join words as verbs
        on
            verbs.kind = 'verb'
            and (
                pairs.words_before = concat(verbs.word, pairs.noun, links.word)
                or pairs.words_before = concat(verbs.word, pairs.full_name, links.word)
            )
    where
        pairs.words_behind = pairs.unit
        and (
            verbs.word is not null
            or pairs.words_before = concat(pairs.noun, links.word)
            or pairs.words_before = concat(pairs.full_name, links.word)
        )

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

matched as (

    select
        pairs.*,
        nouns.document_id,
        nouns.project_id,
        nouns.source_line,
        nouns.comparator,
        {{ item_label('nouns.level2', 'nouns.level3') }} as item_label,
        case when pairs.part = 'achieved' then nouns.actual_value else nouns.target_value end as indicator_value,
        case when pairs.part = 'achieved' then nouns.actual_text else nouns.target_text end as indicator_text
    from pairs
    inner join nouns
        on pairs.indicator_id = nouns.indicator_id
    left join before
        on
            pairs.indicator_id = before.indicator_id
            and pairs.part = before.part
            and coalesce(pairs.goal_no, 0) = coalesce(before.goal_no, 0)
            and pairs.figure_no = before.figure_no
    left join shares
        on
            pairs.indicator_id = shares.indicator_id
            and pairs.part = shares.part
            and coalesce(pairs.goal_no, 0) = coalesce(shares.goal_no, 0)
            and pairs.figure_no = shares.figure_no
    where
        shares.indicator_id is null
        and (
            before.indicator_id is not null
            or pairs.words_behind = concat(pairs.unit, pairs.noun)
            or (length(pairs.noun) >= 4 and pairs.words_behind like concat(pairs.unit, pairs.noun, '%'))
        )

),

compared as (

    select
        *,
        case
            when abs(number_value - indicator_value) <= 0.000001 then 1
            when is_lower_bound then case when indicator_value >= number_value then 1 else 0 end
            when part = 'expected' and comparator in ('>=', '>') and number_value >= indicator_value then 1
            when part = 'expected' and comparator in ('<=', '<') and number_value <= indicator_value then 1
            else 0
        end as is_same
    from matched

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
        max(concat(number_text, unit)) as number_text,
        max({{ quoted_words('words_before', 'number_text', 'words_behind') }}) as words_text
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
