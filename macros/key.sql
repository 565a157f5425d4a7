{#- A key of several texts: the md5 of the texts, blank for null, separated by bars. -#}
{% macro key_of(columns) -%}
    md5(concat_ws('|'{% for column in columns %}, coalesce(cast({{ column }} as string), ''){% endfor %}))
{%- endmacro %}

{#- The readable key of a self-evaluation form. -#}
{% macro project_id() -%}
    concat_ws('-', document_id, {{ padded('form_no', 3) }})
{%- endmacro %}

{#- A whole number with leading zeros up to a width; a longer one keeps its digits, which `lpad` would cut off. -#}
{% macro padded(number, width) -%}
    lpad(
        cast({{ number }} as string),
        cast(greatest({{ width }}, length(cast({{ number }} as string))) as integer),
        '0'
    )
{%- endmacro %}
