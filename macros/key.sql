{#- A key of several texts: the md5 of the texts, blank for null, separated by bars. -#}
{% macro key_of(columns) -%}
    md5(concat_ws('|'{% for column in columns %}, coalesce(cast({{ column }} as string), ''){% endfor %}))
{%- endmacro %}

{#- The readable key of a self-evaluation form. -#}
{% macro project_id() -%}
    concat_ws('-', document_id, lpad(cast(form_no as string), 3, '0'))
{%- endmacro %}
