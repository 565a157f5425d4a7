-- In DuckDB's release the view becomes a table; from a cluster, the files of a table are copied.
{{ config(materialized='view' if target.type == 'duckdb' else 'table') }}

select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    project_id,
    indicator_id,
    subject_id,
    item,
    status,
    cast(1 as integer) as subjects,
    reason_code,
    reason_zh,
    reason_en,
    reported_value,
    expected_value,
    difference,
    unit,
    source_line
from {{ ref('int_rule_result') }}

union all

select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    cast(null as string) as project_id,
    cast(null as string) as indicator_id,
    document_id as subject_id,
    cast(null as string) as item,
    status,
    subjects,
    cast(null as string) as reason_code,
    cast(null as string) as reason_zh,
    cast(null as string) as reason_en,
    cast(null as {{ figure_type() }}) as reported_value,
    cast(null as {{ figure_type() }}) as expected_value,
    cast(null as {{ figure_type() }}) as difference,
    cast(null as string) as unit,
    source_line
from {{ ref('int_rule_tally') }}
