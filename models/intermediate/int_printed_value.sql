-- Each distinct text is parsed once, however many indicators print it.
{%- set middle_of_range = 'coalesce(try_cast(measured.number_text as ' ~ printed_type() ~ '), 0)' %}
{%- set parting = '[0-9],([0-9]{1,2}([^0-9]|$)|[0-9]{4})|[0-9]{4},[0-9]|[0-9][;。；][0-9]' %}
{%- set measured_kinds = "('quantity', 'percent', 'money', 'unit_price', 'range')" %}
{%- set numeric_kinds = "('quantity', 'percent', 'money', 'unit_price', 'month', 'range')" %}
with

indicators as (

    select * from {{ ref('stg_form_indicator') }}

),

answers as (

    select * from {{ ref('answer') }}

),

comparators as (

    select * from {{ ref('comparator') }}

),

measure_units as (

    select * from {{ ref('measure_unit') }}

),

texts as (

    select {{ measured_text('target_text', 'measure_unit') }} as printed_text
    from indicators
    where target_text is not null

    union

    select actual_text as printed_text
    from indicators
    where actual_text is not null

),

folded as (

    select
        printed_text,
        case
            -- A comma that groups no three digits, and a stop between digits, part two numbers: 1,5 isn't 15.
            when {{ matches(half_width('printed_text'), parting) }}
                then translate({{ half_width('printed_text') }}, ',;。； ', '、、、、')
            else translate({{ half_width('printed_text') }}, ', ;。；', '')
        end as folded_text
    from texts

),

prefixes as (

    select
        folded.printed_text,
        comparators.word,
        comparators.comparator,
        row_number() over (
            partition by folded.printed_text order by length(comparators.word) desc, comparators.word asc
        ) as choice
    from folded
    inner join comparators
        on
            comparators.place = 'prefix'
            and folded.folded_text like concat(comparators.word, '%')

),

without_prefix as (

    select
        folded.printed_text,
        folded.folded_text,
        prefixes.comparator as prefix_comparator,
        substr(folded.folded_text, coalesce(length(prefixes.word), 0) + 1) as rest_text
    from folded
    left join prefixes
        on
            folded.printed_text = prefixes.printed_text
            and prefixes.choice = 1

),

without_year as (

    select
        printed_text,
        folded_text,
        prefix_comparator,
        case
            -- The end of a year is its December.
            when
                {{ matches('rest_text', '^(20[0-9][0-9]|[当本])?年年?[底末](之前|以前|前)?(完成|支付|支出|拨付|下达)?$') }}
                then '12月底'
            when {{ matches('rest_text', '^20[0-9][0-9]年[0-9]') }} then substr(rest_text, 6)
            when {{ matches('rest_text', '^[每当本]年[0-9]+月') }} then substr(rest_text, 3)
            else rest_text
        end as rest_text,
        cast({{ extract('rest_text', '^(20[0-9][0-9])年(?:[0-9]|年?[底末])') }} as integer) as printed_year
    from without_prefix

),

numbers as (

    select
        printed_text,
        folded_text,
        prefix_comparator,
        printed_year,
        {{ extract('rest_text', '^(-?[0-9]+([.][0-9]+)?)') }} as number_text,
        -- 5%-10%, 100±5, ±5%: the numbers before and after the sign, and the unit after the second.
        {{ matches('folded_text', '^([0-9]+([.][0-9]+)?[^0-9.月日年]{0,3})?[-~～—至±][0-9]+([.][0-9]+)?[^0-9.月日年]{0,3}$') }}
        and (folded_text like '%±%' or {{ matches('folded_text', '^[0-9]') }}) as is_range,
        {{ extract('folded_text', '[-~～—至±]([0-9]+([.][0-9]+)?)[^0-9.]{0,3}$') }} as second_text,
        {{ extract('folded_text', '[0-9]([^0-9.]{0,3})$') }} as last_unit,
        {{ replace_all('rest_text', '^-?[0-9]+([.][0-9]+)?', '') }} as tail_text,
        length({{ replace_all('folded_text', '[0-9]+([.][0-9]+)?', '#') }})
        - length(replace({{ replace_all('folded_text', '[0-9]+([.][0-9]+)?', '#') }}, '#', '')) as number_count
    from without_year

),

suffixes as (

    select
        numbers.printed_text,
        comparators.word,
        comparators.comparator,
        instr(numbers.tail_text, comparators.word) as place_in_tail,
        row_number() over (
            partition by numbers.printed_text
            order by length(comparators.word) desc, comparators.word asc
        ) as choice
    from numbers
    inner join comparators
        on
            comparators.place = 'suffix'
            and numbers.tail_text like concat('%', comparators.word, '%')
    where numbers.number_text is not null

),

with_unit as (

    select
        numbers.printed_text,
        numbers.folded_text,
        numbers.printed_year,
        numbers.number_count,
        numbers.number_text,
        numbers.tail_text,
        numbers.second_text,
        numbers.is_range,
        coalesce(numbers.prefix_comparator, suffixes.comparator) as comparator,
        {{ matches('numbers.tail_text', '^月份?(底|末|初|上旬|中旬|下旬|[0-9]+日)?(之前|以前|前)?(完成|支付|支出)?$') }}
            as is_month,
        {{ matches('numbers.tail_text', '^(万|亿)?元/') }} as is_unit_price,
        case
            when numbers.is_range then numbers.last_unit
            when suffixes.word is null then numbers.tail_text
            when suffixes.place_in_tail > 1 then substr(numbers.tail_text, 1, suffixes.place_in_tail - 1)
            else substr(numbers.tail_text, length(suffixes.word) + 1)
        end as unit_text
    from numbers
    left join suffixes
        on
            numbers.printed_text = suffixes.printed_text
            and suffixes.choice = 1

),

measured as (

    select
        with_unit.printed_text,
        with_unit.folded_text,
        with_unit.printed_year,
        with_unit.number_count,
        with_unit.number_text,
        with_unit.second_text,
        with_unit.is_range,
        with_unit.comparator,
        with_unit.is_month,
        with_unit.is_unit_price,
        with_unit.unit_text,
        measure_units.value_kind as measured_kind,
        case
            when measure_units.unit_text is not null then measure_units.unit
            when with_unit.unit_text like '万_%' then substr(with_unit.unit_text, 2)
            else nullif(with_unit.unit_text, '')
        end as unit,
        case
            when measure_units.unit_text is not null then measure_units.factor
            when with_unit.unit_text like '万_%' then 10000
            else 1
        end as factor
    from with_unit
    left join measure_units
        on with_unit.unit_text = measure_units.unit_text

),

kinds as (

    select
        measured.printed_text,
        measured.folded_text,
        measured.printed_year,
        case when measured.is_range then 'between' else measured.comparator end as comparator,
        measured.is_range,
        case
            when not measured.is_range then measured.number_text
            when measured.folded_text like '%±%'
                then cast(
                    {{ middle_of_range }} - try_cast(measured.second_text as {{ printed_type() }}) as string
                )
            else measured.number_text
        end as number_text,
        case
            when measured.folded_text like '%±%'
                then {{ middle_of_range }} + try_cast(measured.second_text as {{ printed_type() }})
            else try_cast(measured.second_text as {{ printed_type() }})
        end as upper_number,
        measured.unit,
        measured.factor,
        answers.answer_kind,
        answers.band,
        answers.answer_rank,
        answers.number_value as answer_value,
        case
            when answers.answer_kind = 'number' then 'quantity'
            when answers.answer is not null then answers.answer_kind
            when measured.number_count = 0 and measured.number_text is null then 'text'
            -- From the larger to the smaller is no range.
            when
                measured.is_range
                and measured.folded_text not like '%±%'
                and try_cast(measured.number_text as {{ printed_type() }})
                > try_cast(measured.second_text as {{ printed_type() }})
                then 'several_numbers'
            when measured.is_range then 'range'
            when {{ matches('measured.folded_text', '^±') }} then 'number_in_phrase'
            when {{ matches('measured.folded_text', '^[0-9.]+[^0-9.]{0,3}[-~～—至][0-9.]+[^0-9.]{0,3}$') }}
                then 'several_numbers'
            when measured.number_text is null and {{ matches('measured.folded_text', '[一-龥]') }}
                then case when measured.number_count > 1 then 'several_numbers' else 'number_in_phrase' end
            when measured.number_text is null then 'unrecognised'
            -- More digits than any measurement has.
            when
                try_cast(
                    try_cast(measured.number_text as {{ printed_type() }}) * measured.factor as {{ figure_type() }}
                ) is null
                then 'unrecognised'
            when
                measured.is_month
                and try_cast(measured.number_text as {{ printed_type() }}) between 1 and 12
                then 'month'
            when measured.is_month then 'number_in_phrase'
            when measured.is_unit_price then 'unit_price'
            when measured.number_count > 1 and {{ matches('measured.folded_text', '[一-龥]') }} then 'several_numbers'
            when measured.number_count > 1 then 'unrecognised'
            when measured.measured_kind is not null then measured.measured_kind
            -- 次, 次/年, mg/L.
            when
                measured.unit is null
                or {{ matches('measured.unit', '^[一-龥a-z]{1,6}(/[一-龥a-zA-Z]{1,3})?$') }}
                then 'quantity'
            when {{ matches('measured.unit', '[一-龥]') }} then 'number_in_phrase'
            else 'unrecognised'
        end as value_kind
    from measured
    left join answers
        on measured.folded_text = answers.answer

)

select
    printed_text,
    value_kind,
    case when value_kind in {{ numeric_kinds }} then comparator end as comparator,
    case
        when answer_value is not null then cast(answer_value as {{ figure_type() }})
        when value_kind in {{ numeric_kinds }}
            then try_cast(try_cast(number_text as {{ printed_type() }}) as {{ figure_type() }})
    end as printed_number,
    case
        when answer_value is not null then cast(answer_value as {{ figure_type() }})
        when value_kind in {{ numeric_kinds }}
            then try_cast(try_cast(number_text as {{ printed_type() }}) * factor as {{ figure_type() }})
    end as value,
    case when value_kind = 'range' then try_cast(upper_number * factor as {{ figure_type() }}) end as upper_value,
    case
        when value_kind = 'month' then '月'
        when answer_value is not null then null
        when value_kind in {{ measured_kinds }} then unit
    end as unit,
    case when value_kind in {{ measured_kinds }} then cast(factor as decimal(20, 6)) end
        as unit_factor,
    band,
    answer_rank,
    case when value_kind = 'month' then printed_year end as printed_year
from kinds
