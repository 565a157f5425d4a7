{#- The level of an account item, from its name and code. -#}

{#- Whether a name is that of a printed total. -#}
{% macro is_total_name(name) -%}
    coalesce({{ matches(name, '[合总共]计$') }}, false)
{%- endmacro %}

{#- 1 for a class (类, three digits), 2 for a section (款), 3 for an item (项); null for any other code. -#}
{% macro level_of_code(code) -%}
    case
        when {{ matches(code, '^[0-9]{3}$') }} then 1
        when {{ matches(code, '^[0-9]{5}$') }} then 2
        when {{ matches(code, '^[0-9]{7}$') }} then 3
    end
{%- endmacro %}

{#-
    The scope in which items of budgets and final accounts are matched; null for items that are not compared. A
    function has the same scope in a table by class, by code and in a sentence; 合计 of a table by code is not 本年支出合计 of
    another.
-#}
{% macro compared_scope(side, classification) -%}
    case
        when {{ classification }} in ('function', 'function_item', 'function_sentence') then 'function'
        when {{ classification }} in ('source', 'balance') then {{ side }}
        when {{ classification }} in ('fiscal_source', 'fiscal_function', 'fiscal_balance')
            then concat('fiscal_', {{ side }})
        when {{ classification }} = 'three_public' then 'three_public'
    end
{%- endmacro %}
