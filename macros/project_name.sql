{#-
    The name of a project over years, one step a macro: `int_project_series` applies them in this order.
    Only what is a matter of print goes; a step that can't tell leaves the name as it is, because a match
    that is missed shows in the numbers of years, and a wrong one shows nowhere.
-#}

{#- White space left out, also inside; digits, brackets and the dot as their half-width twins. -#}
{% macro flat_name(name) -%}
    nullif(
        translate(
            {{ name }},
            concat('０１２３４５６７８９（）［］．', ' 　', chr(9), chr(10), chr(13), chr(160)),
            '0123456789()[].'
        ),
        ''
    )
{%- endmacro %}

{#- "1." "1、" "一、" "(一)" "(1)" at the beginning left out; "1、2号楼", "1.5米" and "一、二期" count something. -#}
{% macro without_numbering(name) -%}
    case
        when
            {{ matches(name, '^[0-9][0-9]?[.、]([^0-9]|(19|20)[0-9][0-9]年)') }}
            or (
                {{ matches(name, '^[一二三四五六七八九十]+[.、].') }}
                and not {{ matches(name, '^[一二三四五六七八九十]+[.、][一二三四五六七八九十]+[、期批号标段季次级年类层楼至和及]') }}
            )
            or {{ matches(name, '^[(]([0-9][0-9]?|[一二三四五六七八九十]+)[)][^期批]') }}
            then {{ replace_all(
                name,
                '^([0-9][0-9]?[.、]|[一二三四五六七八九十]+[.、]|[(]([0-9][0-9]?|[一二三四五六七八九十]+)[)])', ''
            ) }}
        else {{ name }}
    end
{%- endmacro %}

{#-
    "2023年" "2023年度" "(2023年)" "(2023)" at the beginning left out. A bare number is a year only where it
    is the fiscal year: "2000户" is none. Two years, "2023-2024年", are a season and stay.
-#}
{% macro without_leading_year(name, fiscal_year) -%}
    case
        when {{ matches(name, '^[(]?(19|20)[0-9][0-9](年度|年)?[-—~至到、和及][0-9][0-9]') }} then {{ name }}
        when {{ matches(name, '^[(](19|20)[0-9][0-9](年度|年)?[)]') }}
            then {{ replace_all(name, '^[(](19|20)[0-9][0-9](年度|年)?[)]', '') }}
        when
            {{ matches(name, '^(19|20)[0-9][0-9]年') }}
            -- 年终慰问 is a word.
            and not {{ matches(name, '^(19|20)[0-9][0-9]年[初终末底]') }}
            then {{ replace_all(name, '^(19|20)[0-9][0-9](年度|年)', '') }}
        when {{ matches(name, '^[0-9][0-9][0-9][0-9][^0-9]') }} and substr({{ name }}, 1, 4) = cast({{ fiscal_year }} as string)
            then substr({{ name }}, 5)
        else {{ name }}
    end
{%- endmacro %}

{#- The same at the end. -#}
{% macro without_trailing_year(name, fiscal_year) -%}
    case
        when {{ matches(name, '[(](19|20)[0-9][0-9](年度|年)?[)]$') }}
            then {{ replace_all(name, '[(](19|20)[0-9][0-9](年度|年)?[)]$', '') }}
        when {{ matches(name, '[^-—~至到、和及0-9](19|20)[0-9][0-9](年度|年)$') }}
            then {{ replace_all(name, '(19|20)[0-9][0-9](年度|年)$', '') }}
        when
            {{ matches(name, '[^-—~至到、和及0-9][0-9][0-9][0-9][0-9]$') }}
            and substr({{ name }}, length({{ name }}) - 3, 4) = cast({{ fiscal_year }} as string)
            then substr({{ name }}, 1, length({{ name }}) - 4)
        else {{ name }}
    end
{%- endmacro %}

{#- The first year that a name prints, as a number, or null. -#}
{% macro year_in(name) -%}
    cast({{ extract(name, '(20[0-9][0-9])年') }} as integer)
{%- endmacro %}
