{#-
    The columns of a table under contract, without its primary key: DuckDB would build an index for it, which has to
    fit into memory and takes several times as long as the rows. Uniqueness is a separate test (`unique`), by one
    aggregation; not null stays a constraint.
-#}
{% macro duckdb__get_table_columns_and_constraints() -%}
    {%- set columns = {} -%}
    {%- for name, column in model.columns.items() -%}
        {%- set kept = [] -%}
        {%- for constraint in column.constraints if constraint.type | string != 'primary_key' -%}
            {%- do kept.append(constraint) -%}
        {%- endfor -%}
        {%- do columns.update({name: dict(column, constraints=kept)}) -%}
    {%- endfor -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=columns) | join(', ') }})
{%- endmacro %}
