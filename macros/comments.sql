{#-
    Comments in the published database: the Chinese label first, then the English description. They override the
    adapter's comments, which contain only the description. The contract of a mart makes sure that its columns are
    the documented ones.
-#}
{% macro duckdb__alter_relation_comment(relation, comment) -%}
    comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(labelled(model.config.meta, comment)) }};
{%- endmacro %}

{% macro duckdb__alter_column_comment(relation, column_dict) -%}
    {%- for name, column in column_dict.items() %}
        comment on column {{ relation }}.{{ name }}
        is {{ duckdb_escape_comment(labelled(column.config.meta, column.description)) }};
    {%- endfor %}
{%- endmacro %}

{% macro labelled(meta, description) -%}
    {{ return((meta.label_zh ~ ' | ' if meta and meta.label_zh else '') ~ description | trim) }}
{%- endmacro %}
