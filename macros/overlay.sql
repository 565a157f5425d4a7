{#-
    Whether the database holds the tables of a release overlaid with those of a few organizations, and none of their
    inputs: a model across organizations then takes its values from its own rows.
-#}
{% macro is_laid_over() -%}
    {%- set staging = generate_schema_name('staging', none) | trim -%}
    {{ return(execute and adapter.get_relation(this.database, staging, 'stg_document') is none) }}
{%- endmacro %}

{#- The rows of a model across organizations, for all organizations, before their values are combined. -#}
{% macro laid_over_rows() -%}
    {{ return(adapter.dispatch('laid_over_rows', 'jixiao')()) }}
{%- endmacro %}

{% macro default__laid_over_rows() -%}
    {{ this }}
{%- endmacro %}

{#- A Spark table is dropped before it is written again; `publish` has already copied its rows. -#}
{% macro spark__laid_over_rows() -%}
    {{ work_prefix() }}{{ this.schema }}.{{ this.identifier }}{{ laid_suffix() }}
{%- endmacro %}
