{#-
    The inputs of the models as tables of a Spark metastore: every seed by its own name over the Parquet that
    `python -m spark inputs` wrote, so that `ref` finds it there, and the schemas of the models below the same storage.
    `storage` is the address of the folder as the cluster reads it.

    dbt run-operation external_tables --target spark --args '{storage: …}'
-#}
{% macro external_tables(storage) -%}
    {%- if target.type != 'spark' -%}
        {{ exceptions.raise_compiler_error('external_tables makes tables of a Spark cluster: --target spark') }}
    {%- endif -%}
    {%- set nodes = graph.nodes.values() | selectattr('resource_type', 'in', ['model', 'seed']) | list -%}
    {%- for schema in nodes | map(attribute='schema') | unique | sort -%}
        {%- do run_query("create schema if not exists " ~ schema ~ " location '" ~ storage ~ "/" ~ schema ~ "'") -%}
    {%- endfor -%}
    {%- for seed in nodes | selectattr('resource_type', 'equalto', 'seed') | sort(attribute='name') -%}
        {%- set table = seed.schema ~ '.' ~ seed.alias -%}
        {%- do run_query("drop table if exists " ~ table) -%}
        {%- do run_query(
            "create table " ~ table ~ " using parquet location '" ~ storage ~ "/" ~ seed.schema ~ "/" ~ seed.alias ~ "'"
        ) -%}
    {%- endfor -%}
{%- endmacro %}

{#- dbt writes seeds to Spark row by row as text, which changes quotes, backslashes and nulls. -#}
{% macro only_on_duckdb() -%}
    {%- if execute and target.type == 'spark' -%}
        {{ exceptions.raise_compiler_error(
            'Seeds go to Spark as Parquet: python -m spark inputs, then dbt run-operation external_tables; '
            'then dbt run builds the models alone. See docs/spark.md'
        ) }}
    {%- endif -%}
{%- endmacro %}
