{#- A printed text, or null if the form is blank: a blank is never an empty string or a zero. -#}
{% macro printed(column) -%}
    nullif(trim(replace({{ column }}, '　', ' ')), '')
{%- endmacro %}

{#-
    Full-width digits and signs as half-width ones; variants of an operator as one. Most texts contain none, and
    searching for one costs a tenth of translating.
-#}
{% macro half_width(expression) -%}
    case
        when {{ matches(expression, '[０-９．，％＝﹦═≧≦＜﹤＞﹥（）：－−]') }}
            then translate({{ expression }}, '０１２３４５６７８９．，％＝﹦═≧≦＜﹤＞﹥（）：－−', '0123456789.,%===≥≤<<>>():--')
        else {{ expression }}
    end
{%- endmacro %}

{#-
    A printed number as `printed_type`, or null if there is none. A grouping comma, a percent sign, a currency sign
    and 分 after points are part of the print; brackets around a number make it negative; a dash is an intentional
    blank. A comma that groups other than three digits is a decimal comma: null, as in the reader of documents.
    Most numbers are plain and are cast directly; a text without digits is null.
-#}
{% macro number_of(column) -%}
    coalesce(
        try_cast({{ column }} as {{ printed_type() }}),
        case
            when {{ matches(column, '[0-9０-９]') }}
                and not {{ matches(half_width(column), ',[0-9]{0,2}([^0-9]|$)|,[0-9]{4}') }}
                then try_cast(
                    nullif(
                        replace(translate({{ half_width(printed(column)) }}, ',%¥￥分=)', ''), '(', '-'), ''
                    ) as {{ printed_type() }}
                )
        end
    )
{%- endmacro %}

{#- The value of the first sign of a number in words, up to ten (五, 两), or 0. -#}
{% macro chinese_digit(column) -%}
    instr('一二三四五六七八九十', replace(substr({{ column }}, 1, 1), '两', '二'))
{%- endmacro %}

{#- A printed weight or score of a form; one outside the bounds of `points` is null, and a finding. -#}
{% macro points_of(column) -%}
    try_cast({{ number_of(column) }} as decimal(17, 8))
{%- endmacro %}

{#- The unit printed after an amount (620.82万元), or null. -#}
{% macro unit_behind(column) -%}
    {{ extract(half_width(printed(column)), '^[(¥￥-]*[0-9][0-9,.]*[)]?(亿元|百万元|万元|千元|亿|万|元)') }}
{%- endmacro %}

{#- An amount as `printed_type`, in the unit printed after it or else in that of its table. -#}
{% macro amount_of(column) -%}
    coalesce(
        {{ number_of(column) }},
        case
            when {{ unit_behind(column) }} is not null
                then try_cast(
                    replace(
                        translate(
                            {{ extract(half_width(printed(column)), '^[(¥￥-]*[0-9][0-9,.]*', 0) }}, ',¥￥', ''
                        ), '(', '-'
                    ) as {{ printed_type() }}
                )
        end
    )
{%- endmacro %}

{#- Whether a printed text is only a dash. -#}
{% macro is_dash(column) -%}
    coalesce(not ({{ matches(printed(column), '[^—–－﹣―/／一-]') }}), false)
{%- endmacro %}

{#- Whether a cell of reasons gives one: a dash, 无 and the like fill the cell and explain nothing. -#}
{% macro gives_reason(column) -%}
    (
        {{ column }} is not null
        and not {{ is_dash(column) }}
        and {{ replace_all(half_width(column), '[ .。,，;；]', '') }} not in ('无', '暂无', '没有', '无原因', '无偏差', '不涉及', '不适用', '0')
    )
{%- endmacro %}

{#- A printed target with the unit from its own column, if the value itself has none. -#}
{% macro measured_text(column, unit) -%}
    case
        when {{ unit }} is not null and {{ matches(column, '[0-9０-９]$') }} then concat({{ column }}, {{ unit }})
        else {{ column }}
    end
{%- endmacro %}

{#- The label of a fund row without the texts before and after it: 其中：, a colon, an enumeration. -#}
{% macro source_label(column) -%}
    {{ replace_all(half_width(column), '^(其中:)?([0-9]+[.、]|[(][0-9一二三四五六七八九十]+[)]|[一二三四五六七八九十]+、)?|[(](单位:)?[百千万亿]*元[)][: ]*$|[: ]+$', '') }}
{%- endmacro %}

{#- Printed cells as one text, each cut where it becomes a long sentence; `withheld` names sentences that are left out. -#}
{% macro joined_cells(columns, sentences=[]) -%}
    concat_ws(' | '
    {%- for column in columns -%}
        , case
            {%- if column in sentences %} when withheld like '%{{ column }}%' then '…' {%- endif %}
            when length({{ column }}) > 60 then concat(substr({{ printed(column) }}, 1, 60), '…')
            else {{ printed(column) }}
        end
    {%- endfor -%}
    )
{%- endmacro %}
