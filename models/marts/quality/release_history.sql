{{ config(tags=['after_gates']) }}

{#- Earlier releases come as text. -#}
{%- set typed %}
        cast(release_id as string) as release_id,
        cast(released_at as string) as released_at,
        cast(document_id as string) as document_id,
        cast(organization_name as string) as organization_name,
        cast(fiscal_year as integer) as fiscal_year,
        cast(projects as integer) as projects,
        cast(annual_budget_yuan as {{ yuan_type() }}) as annual_budget_yuan,
        cast(executed_yuan as {{ yuan_type() }}) as executed_yuan,
        cast(reported_total_average as decimal(7, 2)) as reported_total_average,
        cast(recomputed_total_average as decimal(7, 2)) as recomputed_total_average,
        cast(error_findings as integer) as error_findings,
        cast(warning_findings as integer) as warning_findings,
        cast(information_findings as integer) as information_findings,
        cast(not_checkable_checks as integer) as not_checkable_checks,
        cast(mismatched_figures as integer) as mismatched_figures
{%- endset %}

with

builds as (

    select * from {{ ref('build_info') }}

),

documents as (

    select * from {{ ref('dim_document') }}

),

earlier as (

    select * from {{ source('build', 'release_history') }}

),

executions as (

    select
        document_id,
        count(*) as projects,
        sum(annual_budget_yuan) as annual_budget_yuan,
        sum(executed_yuan) as executed_yuan
    from {{ ref('mart_project_execution') }}
    group by document_id

),

scores as (

    select
        document_id,
        round(avg(cast(reported_total as double)), 2) as reported_total_average,
        round(avg(cast(recomputed_total as double)), 2) as recomputed_total_average
    from {{ ref('mart_project_score') }}
    group by document_id

),

findings as (

    select
        document_id,
        count(case when severity = 'E' then 1 end) as error_findings,
        count(case when severity = 'W' then 1 end) as warning_findings,
        count(case when severity = 'I' then 1 end) as information_findings
    from {{ ref('fct_finding') }}
    where is_open
    group by document_id

),

checks as (

    select
        document_id,
        count(*) as not_checkable_checks
    from {{ ref('fct_rule_result') }}
    where status = 'not_checkable'
    group by document_id

),

figures as (

    select
        document_id,
        count(*) as mismatched_figures
    from {{ ref('fct_reconciliation') }}
    where status = 'mismatch'
    group by document_id

),

present as (

    select
        builds.release_id,
        builds.started_at as released_at,
        documents.document_id,
        documents.organization_label as organization_name,
        documents.fiscal_year,
        coalesce(executions.projects, 0) as projects,
        -- Sums over documents take these: other currencies don't count.
        case when documents.currency = 'CNY' then executions.annual_budget_yuan end as annual_budget_yuan,
        case when documents.currency = 'CNY' then executions.executed_yuan end as executed_yuan,
        scores.reported_total_average,
        scores.recomputed_total_average,
        coalesce(findings.error_findings, 0) as error_findings,
        coalesce(findings.warning_findings, 0) as warning_findings,
        coalesce(findings.information_findings, 0) as information_findings,
        coalesce(checks.not_checkable_checks, 0) as not_checkable_checks,
        coalesce(figures.mismatched_figures, 0) as mismatched_figures
    from documents
    cross join builds
    left join executions on documents.document_id = executions.document_id
    left join scores on documents.document_id = scores.document_id
    left join findings on documents.document_id = findings.document_id
    left join checks on documents.document_id = checks.document_id
    left join figures on documents.document_id = figures.document_id

),

every_release as (

    select
        true as is_current,
        {{- typed }}
    from present

    union all

    select
        false as is_current,
        {{- typed }}
    from earlier

)

select
    {{ key_of(['release_id', 'document_id']) }} as release_history_id,
    release_id,
    released_at,
    is_current,
    document_id,
    organization_name,
    fiscal_year,
    projects,
    annual_budget_yuan,
    executed_yuan,
    {{ ratio('executed_yuan', 'annual_budget_yuan') }} as execution_rate,
    reported_total_average,
    recomputed_total_average,
    error_findings,
    warning_findings,
    information_findings,
    not_checkable_checks,
    mismatched_figures
from every_release
