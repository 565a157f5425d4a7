with

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('dim_document') }}

),

results as (

    select * from {{ ref('int_rule_result') }}

),

rules as (

    select * from {{ ref('dim_rule') }}

),

reasons as (

    select * from {{ ref('not_checkable_reason') }}

)

select
    results.rule_result_id,
    results.rule_id,
    results.rule_version,
    rules.severity,
    results.document_id,
    documents.fiscal_year,
    results.project_id,
    results.indicator_id,
    results.subject_id,
    results.item,
    results.status,
    results.reason_code,
    reasons.label_zh as reason_zh,
    reasons.label_en as reason_en,
    results.reported_value,
    results.expected_value,
    results.difference,
    results.unit,
    results.source_line
from results
inner join documents
    on results.document_id = documents.document_id
inner join rules
    on
        results.rule_id = rules.rule_id
        and results.rule_version = rules.rule_version
left join reasons
    on results.reason_code = reasons.reason_code
