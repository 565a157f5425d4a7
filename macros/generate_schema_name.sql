{#-
    Schemas are named as the design names them, without the target's prefix. A cluster has each twice: a build works
    in those that begin with build_, and `publish` brings its tables into the others, which are read.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set name = custom_schema_name | trim if custom_schema_name else target.schema -%}
    {{ work_prefix() if target.type == 'spark' and env_var('JIXIAO_SPARK_SCHEMAS', 'build') == 'build' }}{{ name }}
{%- endmacro %}

{#- What the schemas begin with in which a build works on a cluster; `spark.inputs` has the same. -#}
{% macro work_prefix() -%}
    {{ return('build_') }}
{%- endmacro %}
