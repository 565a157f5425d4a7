with

document_rules as (

    select * from {{ ref('int_document_rule') }}

),

rules as (

    select * from {{ ref('dim_rule') }}

),

results as (

    select
        document_id,
        rule_id,
        sum(subjects) as subjects,
        sum(case when status = 'pass' then subjects else 0 end) as passed,
        sum(case when status = 'fail' then subjects else 0 end) as failed,
        sum(case when status = 'not_applicable' then subjects else 0 end) as not_applicable,
        sum(case when status = 'not_checkable' then subjects else 0 end) as not_checkable
    from {{ ref('fct_rule_result') }}
    group by
        document_id,
        rule_id

),

findings as (

    select
        document_id,
        rule_id,
        sum(case when is_open then 1 else 0 end) as open_findings,
        count(distinct project_id) as projects
    from {{ ref('fct_finding') }}
    group by
        document_id,
        rule_id

)

select
    {{ key_of(['document_rules.rule_document_id', 'document_rules.rule_id']) }} as rule_summary_id,
    document_rules.rule_document_id as document_id,
    document_rules.rule_id,
    document_rules.rule_version,
    rules.severity,
    rules.category,
    rules.title_zh,
    rules.title_en,
    cast(coalesce(results.subjects, 0) as integer) as subjects,
    cast(coalesce(results.passed, 0) as integer) as passed,
    cast(coalesce(results.failed, 0) as integer) as failed,
    cast(coalesce(results.not_applicable, 0) as integer) as not_applicable,
    cast(coalesce(results.not_checkable, 0) as integer) as not_checkable,
    cast(coalesce(findings.open_findings, 0) as integer) as open_findings,
    cast(coalesce(findings.projects, 0) as integer) as projects_with_findings,
    -- The share of the checks that could be made.
    {{ ratio('results.failed', 'results.passed + results.failed') }} as failure_rate
from document_rules
inner join rules
    on
        document_rules.rule_id = rules.rule_id
        and document_rules.rule_version = rules.rule_version
left join results
    on
        document_rules.rule_document_id = results.document_id
        and document_rules.rule_id = results.rule_id
left join findings
    on
        document_rules.rule_document_id = findings.document_id
        and document_rules.rule_id = findings.rule_id
