{#-
    The documentation of a published table's columns: a dict a column, in the order of the table. The graph is
    complete only while dbt runs, so the list is empty during parsing.
-#}
{% macro documented_columns(relation_name) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set model = graph.nodes['model.jixiao.' ~ relation_name] -%}
    {%- set tests = graph.nodes.values() | selectattr('resource_type', 'equalto', 'test')
        | selectattr('attached_node', 'equalto', model.unique_id) | list -%}
    {%- set key_columns = key_columns_of(model, tests) -%}
    {%- set columns = [] -%}
    {%- for column in model.columns.values() -%}
        {%- set promised = column.constraints | map(attribute='type') | map('string') | list -%}
        {%- set entry = {
            'table_schema': model.schema,
            'table_name': model.name,
            'table_label_zh': model.config.meta.label_zh,
            'table_description': model.description | trim,
            'source_zh': model.config.meta.get('source_zh'),
            'column_position': loop.index,
            'column_name': column.name,
            'column_label_zh': column.config.meta.label_zh,
            'column_description': column.description | trim,
            'data_type': column.data_type,
            'unit_zh': column.config.meta.get('unit_zh'),
            'is_key': column.name in key_columns,
            'is_required': 'not_null' in promised,
            'references_column': none,
            'allowed_values': none,
        } -%}
        {%- for test in tests if test.column_name == column.name -%}
            {%- set arguments = test.test_metadata.kwargs -%}
            {%- if test.test_metadata.name == 'relationships' -%}
                {%- set target = graph.nodes.get('model.jixiao.' ~ arguments.to.split("'")[1]) -%}
                {%- if target -%}
                    {%- do entry.update({'references_column': target.schema ~ '.' ~ target.name ~ '.' ~ arguments.field}) -%}
                {%- endif -%}
            {%- elif test.test_metadata.name == 'accepted_values' -%}
                {%- do entry.update({'allowed_values': arguments['values'] | join('、')}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do columns.append(entry) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- The columns that identify a row of a model: its primary key, else the columns that are unique together. -#}
{% macro key_columns_of(model, tests) -%}
    {%- set names = [] -%}
    {%- for column in model.columns.values() -%}
        {%- if 'primary_key' in column.constraints | map(attribute='type') | map('string') | list -%}
            {%- do names.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not names -%}
        {%- for test in tests if test.test_metadata.name == 'unique_together' -%}
            {%- do names.extend(test.test_metadata.kwargs.columns) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}

{#-
    Rows of the project's own files as one JSON text: for anyone who parses or lints the SQL, a literal of any size is
    one token, while rows of literals would be some ten thousand. `types` is a dict of column names and SQL types.
-#}
{% macro rows_of_json(rows, types) -%}
    {{ return(adapter.dispatch('rows_of_json')(tojson(rows) | replace("'", "''"), types)) }}
{%- endmacro %}

{% macro default__rows_of_json(text, types) -%}
    select unnest(from_json('{{ text }}', '{{ tojson([types]) }}'), recursive := true)
{%- endmacro %}

{% macro spark__rows_of_json(text, types) -%}
    {%- set fields = [] -%}
    {%- for name, type in types.items() -%}{%- do fields.append(name ~ ' ' ~ type) -%}{%- endfor -%}
    select inline(from_json('{{ text }}', 'array<struct<{{ fields | join(', ') }}>>'))
{%- endmacro %}

{#-
    An example value of each column of each table: the first one by key. Large tables are read only in part, and the
    values depend only on the keys, not on the order of the rows, so that builds of the same documents give the same
    examples. Document rows come from the first twenty documents, whose ids are practically random; other rows are the
    first thousand.
-#}
{% macro examples_of(tables, columns, documents) -%}
    {%- for table in tables -%}
        {%- set of_table = columns | selectattr('table_name', 'equalto', table.identifier) | list %}
        {%- set names = of_table | map(attribute='column_name') | list %}
        {%- set keys = of_table | selectattr('is_key') | map(attribute='column_name') | list %}
        {%- set rows %}
            select * from {{ table }}
            {% if 'document_id' in names -%}
                where document_id in (select document_id from {{ documents }} order by document_id limit 20)
            {%- elif keys -%}
                order by {{ keys | join(', ') }} limit 1000
            {%- endif %}
        {%- endset %}
        {{ 'union all' if not loop.first }}
        {{ adapter.dispatch('first_value_of_each_column')(table.identifier, rows, names, keys) }}
    {%- endfor -%}
{%- endmacro %}

{% macro default__first_value_of_each_column(table, rows, names, keys) -%}
    select
        '{{ table }}' as table_name,
        column_name,
        example
    from (
        -- min_by and unpivot skip nulls.
        unpivot (select min_by(cast(columns(*) as string), {{ joined(keys) }}) from ({{ rows }}) as first_rows)
        on columns(*) into name column_name value example
    ) as first_values
{%- endmacro %}

{% macro spark__first_value_of_each_column(table, rows, names, keys) -%}
    select
        '{{ table }}' as table_name,
        inline(array(
            {%- for name in names %}
            struct(
                '{{ name }}' as column_name,
                min_by(cast({{ name }} as string), {{ joined(keys) }}) filter (where {{ name }} is not null) as example
            )
            {{- ',' if not loop.last }}
            {%- endfor %}
        ))
    from ({{ rows }}) as first_rows
{%- endmacro %}

{% macro joined(keys) -%}
    concat_ws('|'{% for key in keys %}, cast({{ key }} as string){% endfor %})
{%- endmacro %}
