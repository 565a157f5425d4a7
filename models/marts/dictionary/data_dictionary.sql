{{ config(tags=['after_gates']) }}

{%- set tables = [
    ref('dim_document'),
    ref('dim_fiscal_year'),
    ref('dim_project'),
    ref('dim_project_series'),
    ref('dim_source_place'),
    ref('dim_unit'),
    ref('fct_project_goal'),
    ref('fct_budget_account'),
    ref('fct_declared_fund'),
    ref('fct_final_account'),
    ref('fct_project_fund'),
    ref('fct_project_period'),
    ref('mart_department_ratio'),
    ref('mart_organization_ranking'),
    ref('mart_project_execution'),
    ref('mart_unit_execution'),
    ref('mart_year_over_year'),
    ref('fct_declared_target'),
    ref('fct_indicator_variance'),
    ref('fct_target_drift'),
    ref('mart_budget_variance'),
    ref('mart_project_variance'),
    ref('fct_score_line'),
    ref('mart_department_score'),
    ref('mart_project_score'),
    ref('dim_rule'),
    ref('fct_case'),
    ref('fct_finding'),
    ref('fct_finding_exception'),
    ref('fct_rule_result'),
    ref('mart_finding'),
    ref('mart_project_risk'),
    ref('mart_rule_summary'),
    ref('build_info'),
    ref('fct_expectation_result'),
    ref('fct_reconciliation'),
    ref('fct_unread_cell'),
    ref('release_history'),
] %}
{%- set types = {
    'table_schema': 'string', 'table_name': 'string', 'table_label_zh': 'string', 'table_description': 'string',
    'source_zh': 'string', 'column_position': 'integer', 'column_name': 'string', 'column_label_zh': 'string',
    'column_description': 'string', 'data_type': 'string', 'unit_zh': 'string', 'is_key': 'boolean',
    'is_required': 'boolean', 'references_column': 'string', 'allowed_values': 'string',
} %}
{%- set columns = documented_columns(this.identifier) %}
{%- for table in tables %}
    {%- do columns.extend(documented_columns(table.identifier)) %}
{%- endfor %}

with

units as (

    select * from {{ ref('column_unit') }}

),

documented as (

    {{ rows_of_json(columns, types) }}

),

examples as (

    {{ examples_of(tables, columns, ref('dim_document')) }}

),

described as (

    select
        documented.*,
        substr(examples.example, 1, 40) as example,
        coalesce(documented.unit_zh, units.unit_zh) as measured_in
    from documented
    left join units
        on
            documented.data_type = units.data_type
            and documented.column_name like units.column_pattern
    left join examples
        on
            documented.table_name = examples.table_name
            and documented.column_name = examples.column_name

)

select
    cast(concat_ws('.', table_schema, table_name, column_name) as string) as column_id,
    cast(table_schema as string) as table_schema,
    cast(table_name as string) as table_name,
    cast(table_label_zh as string) as table_label_zh,
    cast(table_description as string) as table_description,
    cast({{ extract('table_description', '^([^.:]*)') }} as string) as grain,
    cast(source_zh as string) as source_zh,
    cast(column_position as integer) as column_position,
    cast(column_name as string) as column_name,
    cast(column_label_zh as string) as column_label_zh,
    cast(column_description as string) as column_description,
    cast(data_type as string) as data_type,
    cast(measured_in as string) as unit_zh,
    cast(is_key as boolean) as is_key,
    cast(is_required as boolean) as is_required,
    cast(references_column as string) as references_column,
    cast(allowed_values as string) as allowed_values,
    cast(example as string) as example
from described
