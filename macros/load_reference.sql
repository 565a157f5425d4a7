{#-
    Replace a seed by an installation's reference table, which overlays the project's rows with its own.

    `jixiao build` writes the table to `JIXIAO_RAW`; without that folder, as in plain `dbt build`, the seed stays.
-#}
{% macro load_reference(relation) -%}
    {%- set raw = env_var('JIXIAO_RAW', '') | replace("'", "''") -%}
    {%- if execute and raw -%}
        {%- set table = raw ~ '/reference/' ~ relation.identifier ~ '.csv' -%}
        {%- if files_at(table) > 0 -%}
            {%- do run_query('delete from ' ~ relation) -%}
            insert into {{ relation }} by name
            from read_csv('{{ table }}', all_varchar = true, header = true, delim = ',', quote = '"', nullstr = '')
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
