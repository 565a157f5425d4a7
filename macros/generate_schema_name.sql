{#-
    Schemas have the names of the design, without the target's prefix. A cluster has each schema twice: a build writes
    to those that begin with build_, and `publish` moves its tables to the others, which are read.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set name = custom_schema_name | trim if custom_schema_name else target.schema -%}
    {{ work_prefix() if target.type == 'spark' and env_var('JIXIAO_SPARK_SCHEMAS', 'build') == 'build' }}{{ name }}
{%- endmacro %}

{#- The prefix of the schemas of a build on a cluster; `spark.inputs` has the same. -#}
{% macro work_prefix() -%}
    {{ return('build_') }}
{%- endmacro %}
