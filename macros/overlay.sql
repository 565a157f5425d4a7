{#-
    Whether the database holds the tables of a release with those of a few organizations laid over them, and none of
    those that they were made from: a model across organizations then takes its values from its own rows.
-#}
{% macro is_laid_over() -%}
    {{ return(execute and adapter.get_relation(this.database, 'staging', 'stg_document') is none) }}
{%- endmacro %}
