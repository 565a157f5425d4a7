-- The rows are those of the intermediate table, which keeps what only the sentences of a finding need. DuckDB's
-- release makes a table of the view; from a cluster the files of a table are what is taken.
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
    reason_code,
    reason_zh,
    reason_en,
    reported_value,
    expected_value,
    difference,
    unit,
    source_line
from {{ ref('int_rule_result') }}
