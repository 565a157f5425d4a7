{#- All differences between the engines. -#}

{#- Whether a text matches a regular expression without backslashes. -#}
{% macro matches(expression, pattern) -%}
    {{ return(adapter.dispatch('matches', 'jixiao')(expression, pattern)) }}
{%- endmacro %}

{% macro default__matches(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(expression, pattern) -%}
    {{ expression }} rlike '{{ pattern }}'
{%- endmacro %}

{#-
    A double rounded to a number of places by rounding its product with the power of ten. Spark's own function rounds
    the printed digits of the double, and differs from DuckDB if a five follows the last place.
-#}
{% macro rounded(expression, places) -%}
    {{ return(adapter.dispatch('rounded', 'jixiao')(expression, places)) }}
{%- endmacro %}

{% macro default__rounded(expression, places) -%}
    round({{ expression }}, {{ places }})
{%- endmacro %}

{% macro spark__rounded(expression, places) -%}
    round(({{ expression }}) * {{ 10 ** places }}D) / {{ 10 ** places }}D
{%- endmacro %}

{#- All matches of a regular expression replaced. -#}
{% macro replace_all(expression, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_all', 'jixiao')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro default__replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{#- A text without the words of a column, which are separated by |. -#}
{% macro without_words(expression, words) -%}
    {{ return(adapter.dispatch('without_words', 'jixiao')(expression, words)) }}
{%- endmacro %}

{% macro default__without_words(expression, words) -%}
    regexp_replace({{ expression }}, {{ words }}, '', 'g')
{%- endmacro %}

{% macro spark__without_words(expression, words) -%}
    regexp_replace({{ expression }}, {{ words }}, '')
{%- endmacro %}

{#- The first match's group, or null. -#}
{% macro extract(expression, pattern, group=1) -%}
    nullif(regexp_extract({{ expression }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}

{#- The distinct texts of a group in order, separated by the Chinese enumeration comma. -#}
{% macro joined_text(expression) -%}
    {{ return(adapter.dispatch('joined_text', 'jixiao')(expression)) }}
{%- endmacro %}

{% macro default__joined_text(expression) -%}
    string_agg(distinct {{ expression }}, '、' order by {{ expression }})
{%- endmacro %}

{% macro spark__joined_text(expression) -%}
    array_join(sort_array(collect_set({{ expression }})), '、')
{%- endmacro %}

{#-
    The values that occur more than once in a column of a CTE. DuckDB runs out of 3 GB when it counts seventy million
    distinct values, but can sort them.
-#}
{% macro repeated_values(column, relation) -%}
    {{ return(adapter.dispatch('repeated_values', 'jixiao')(column, relation)) }}
{%- endmacro %}

{% macro default__repeated_values(column, relation) -%}
    select distinct {{ column }}
    from (
        select
            {{ column }},
            lag({{ column }}) over (order by {{ column }}) as value_before
        from {{ relation }}
    ) as sorted_values
    where {{ column }} = value_before
{%- endmacro %}

{% macro spark__repeated_values(column, relation) -%}
    select {{ column }}
    from {{ relation }}
    group by {{ column }}
    having count(*) > 1
{%- endmacro %}

{#- A number that is equal for equal rows and rarely for others; it differs between engines. -#}
{% macro hash_of(columns) -%}
    {{ return(adapter.dispatch('hash_of', 'jixiao')(columns)) }}
{%- endmacro %}

{% macro default__hash_of(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__hash_of(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
