{#-
    The name of a project across years, one step a macro: `int_project_series` applies them in this order. The steps
    remove only variations of print; an uncertain step leaves the name unchanged, because a missed match shows in the
    number of years, and a wrong match shows nowhere.
-#}

{#- Without white space, including inner; digits, brackets and the dot in half width. -#}
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

{#- Without "1." "1、" "一、" "(一)" "(1)" at the beginning; in "1、2号楼", "1.5米" and "一、二期" the number counts something. -#}
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
    Without "2023年" "2023年度" "(2023年)" "(2023)" at the beginning. A bare number is a year only if it is the fiscal
    year: "2000户" is not. Two years, "2023-2024年", are a season and stay.
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

{#- The first year in a name, as a number, or null. -#}
{% macro year_in(name) -%}
    cast({{ extract(name, '(20[0-9][0-9])年') }} as integer)
{%- endmacro %}
