{#-
    Whether the database holds the tables of a release with those of a few organizations laid over them, and none of
    those that they were made from: a model across organizations then takes its values from its own rows.
-#}
{% macro is_laid_over() -%}
    {%- set staging = generate_schema_name('staging', none) | trim -%}
    {{ return(execute and adapter.get_relation(this.database, staging, 'stg_document') is none) }}
{%- endmacro %}

{#- The rows of a model across organizations, of all of them, before their values are taken together. -#}
{% macro laid_over_rows() -%}
    {{ return(adapter.dispatch('laid_over_rows', 'jixiao')()) }}
{%- endmacro %}

{% macro default__laid_over_rows() -%}
    {{ this }}
{%- endmacro %}

{#- A table of Spark is dropped before it is written anew, so that `publish` has put its rows beside it. -#}
{% macro spark__laid_over_rows() -%}
    {{ work_prefix() }}{{ this.schema }}.{{ this.identifier }}{{ laid_suffix() }}
{%- endmacro %}
