{#- A printed text, or null where the form is blank: a blank is never an empty string or a zero. -#}
{% macro printed(column) -%}
    nullif(trim(translate({{ column }}, '　', ' ')), '')
{%- endmacro %}

{#- Full-width digits and signs as their half-width twins; variants of an operator as one. -#}
{% macro half_width(expression) -%}
    translate({{ expression }}, '０１２３４５６７８９．，％＝﹦≧≦＜﹤＞﹥（）：－−', '0123456789.,%==≥≤<<>>():--')
{%- endmacro %}

{#-
    A printed number as decimal(20, 8), or null where there is none. A grouping comma and a percent sign
    are part of the print; a dash says that the form asks for nothing.
-#}
{% macro number_of(column) -%}
    try_cast(nullif(translate({{ half_width(printed(column)) }}, ',%', ''), '') as decimal(20, 8))
{%- endmacro %}

{#- Whether a printed text is only a dash. -#}
{% macro is_dash(column) -%}
    coalesce(translate({{ printed(column) }}, '—–-－﹣―/／一', '') = '', false)
{%- endmacro %}
