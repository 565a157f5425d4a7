-- The results that a reviewer has to look at.

with

outcomes as (

    select *
    from {{ ref('int_rule_outcome') }}
    where status in ('fail', 'not_checkable')

),

reasons as (

    select * from {{ ref('not_checkable_reason') }}

)

select
    outcomes.rule_id,
    outcomes.rule_version,
    outcomes.severity,
    outcomes.document_id,
    outcomes.fiscal_year,
    outcomes.project_id,
    outcomes.indicator_id,
    outcomes.subject_id,
    outcomes.item,
    outcomes.source_line,
    outcomes.reported_value,
    outcomes.expected_value,
    cast(outcomes.reported_value - outcomes.expected_value as {{ figure_type() }}) as difference,
    outcomes.reported_text,
    outcomes.expected_text,
    outcomes.unit,
    outcomes.operand_a,
    outcomes.operand_b,
    outcomes.operand_c,
    outcomes.against_line,
    outcomes.against_last_line,
    outcomes.reconciliation_id,
    outcomes.status,
    outcomes.reason_code,
    reasons.label_zh as reason_zh,
    reasons.label_en as reason_en
from outcomes
left join reasons
    on outcomes.reason_code = reasons.reason_code
