with

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('dim_document') }}

),

findings as (

    select * from {{ ref('int_finding') }}

),

decisions as (

    select *
    from {{ ref('int_finding_decision') }}
    where status = 'applied'

)

select
    findings.finding_id,
    findings.rule_id,
    findings.rule_version,
    findings.severity,
    findings.category,
    findings.document_id,
    documents.fiscal_year,
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
inner join documents
    on findings.document_id = documents.document_id
left join decisions
    on findings.finding_id = decisions.finding_id
