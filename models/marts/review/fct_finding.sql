with

documents as (

    select
        dim_document.document_id,
        dim_document.fiscal_year,
        dim_document.amount_unit,
        units.yuan_factor
    from {{ ref('dim_document') }} as dim_document
    inner join {{ ref('amount_unit') }} as units
        on dim_document.amount_unit = units.amount_unit

),

projects as (

    select
        project_id,
        form_no,
        project_name
    from {{ ref('int_project') }}

),

findings as (

    select * from {{ ref('int_finding') }}

),

cases as (

    select
        finding_id,
        case_id
    from {{ ref('int_case_finding') }}

),

decisions as (

    select *
    from {{ ref('int_finding_decision') }}
    where status = 'applied'

)

select
    findings.finding_id,
    cases.case_id,
    findings.rule_id,
    findings.rule_version,
    findings.severity,
    findings.category,
    findings.document_id,
    documents.fiscal_year,
    findings.project_id,
    cast(projects.form_no as integer) as form_no,
    projects.project_name,
    findings.indicator_id,
    findings.item,
    findings.source_line,
    findings.source_place,
    findings.against_line,
    findings.against_last_line,
    findings.reconciliation_id,
    findings.reported,
    findings.expected,
    findings.reported_value,
    findings.expected_value,
    findings.difference,
    findings.unit,
    case when findings.unit = '分' then {{ points('abs(findings.difference)') }} end as points_at_stake,
    case
        when findings.unit = documents.amount_unit then {{ yuan('abs(findings.difference)', 'documents.yuan_factor') }}
        when findings.unit = '元' then {{ yuan('abs(findings.difference)', '1') }}
    end as amount_at_stake_yuan,
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
inner join cases
    on findings.finding_id = cases.finding_id
left join projects
    on findings.project_id = projects.project_id
left join decisions
    on findings.finding_id = decisions.finding_id
