with

findings as (

    select * from {{ ref('int_finding') }}

),

decisions as (

    select *
    from {{ ref('int_finding_exception') }}
    where status = 'applied'

)

select
    findings.finding_id,
    findings.rule_id,
    findings.rule_version,
    findings.severity,
    findings.category,
    findings.document_id,
    findings.project_id,
    findings.indicator_id,
    findings.item,
    findings.source_line,
    findings.source_place,
    findings.reported,
    findings.expected,
    findings.reported_value,
    findings.expected_value,
    findings.difference,
    findings.unit,
    findings.operands,
    findings.clause,
    findings.message_zh,
    findings.message_en,
    findings.hypothesis,
    findings.hypothesis_en,
    decisions.decision,
    decisions.reason as decision_reason,
    decisions.by_role as decided_by_role,
    decisions.decided_on,
    coalesce(decisions.is_open, true) as is_open
from findings
left join decisions
    on findings.finding_id = decisions.finding_id
