-- The results that a reviewer has to look at.
{{ config(materialized='view') }}

with

results as (

    {{ every_pass('result') }}

)

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
    source_line,
    reported_value,
    expected_value,
    difference,
    reported_text,
    expected_text,
    unit,
    operand_a,
    operand_b,
    operand_c,
    against_line,
    against_last_line,
    reconciliation_id,
    status,
    reason_code,
    reason_zh,
    reason_en
from results
