{#-
    The inputs of the models as tables of a Spark metastore: every seed by its own name over the Parquet that `python
    -m spark inputs` wrote, so that `ref` finds it, and the schemas of the models in the same storage. `storage` is
    the address of the folder for the cluster.

    dbt run-operation external_tables --target spark --args '{storage: …}'
-#}
{% macro external_tables(storage) -%}
    {%- do only_on_spark('external_tables') -%}
    {%- set nodes = graph.nodes.values() | selectattr('resource_type', 'in', ['model', 'seed']) | list -%}
    {%- for schema in nodes | map(attribute='schema') | unique | sort -%}
        {%- do external_schema(schema, storage) -%}
    {%- endfor -%}
    {%- for seed in nodes | selectattr('resource_type', 'equalto', 'seed') | sort(attribute='name') -%}
        {%- do external_table(seed.schema, seed.alias, storage) -%}
    {%- endfor -%}
{%- endmacro %}

{#- A schema whose tables are in the folder of its name. -#}
{% macro external_schema(schema, storage) -%}
    {%- do run_query("create schema if not exists " ~ schema ~ " location '" ~ storage ~ "/" ~ schema ~ "'") -%}
{%- endmacro %}

{#- A table over the Parquet files in the folder of its name. -#}
{% macro external_table(schema, name, storage) -%}
    {%- do run_query("drop table if exists " ~ schema ~ "." ~ name) -%}
    {%- do run_query(
        "create table " ~ schema ~ "." ~ name ~ " using parquet location '" ~ storage ~ "/" ~ schema ~ "/" ~ name ~ "'"
    ) -%}
{%- endmacro %}

{% macro only_on_spark(operation) -%}
    {%- if target.type != 'spark' -%}
        {{ exceptions.raise_compiler_error(operation ~ ' makes tables of a Spark cluster: --target spark') }}
    {%- endif -%}
{%- endmacro %}

{#- dbt writes seeds to Spark row by row as text, which changes quotes, backslashes and nulls. -#}
{% macro only_on_duckdb() -%}
    {%- if execute and target.type == 'spark' -%}
        {{ exceptions.raise_compiler_error(
            'Seeds go to Spark as Parquet: python -m spark build writes them and builds the models, or '
            'python -m spark inputs and dbt run-operation external_tables do. See docs/spark.md'
        ) }}
    {%- endif -%}
{%- endmacro %}
