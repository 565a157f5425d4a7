-- The failed checks, with the key of their facts, from which alone the finding's id is derived.
{{ config(materialized='view') }}
with

failures as (

    select *
    from {{ ref('int_rule_result') }}
    where status = 'fail'

),

projects as (

    select
        project_id,
        form_no,
        project_name
    from {{ ref('int_project') }}

),

documents as (

    select
        document_id,
        organization_id,
        amount_unit
    from {{ ref('stg_document') }}

),

placed as (

    select
        failures.*,
        documents.organization_id,
        documents.amount_unit,
        projects.form_no,
        projects.project_name,
        -- A subject begins with the key of its document.
        substr(failures.subject_id, length(failures.document_id) + 1) as subject_in_document
    from failures
    inner join documents
        on failures.document_id = documents.document_id
    left join projects
        on failures.project_id = projects.project_id

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
    organization_id,
    amount_unit,
    form_no,
    project_name,
    {{ key_of([
        'rule_id', 'organization_id', 'fiscal_year', 'project_name', 'subject_in_document', 'reported_value',
        'expected_value', 'reported_text', 'expected_text', 'operand_a', 'operand_b',
    ]) }} as facts_id
from placed
