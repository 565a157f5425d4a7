{{ config(tags=['after_gates']) }}

with

builds as (

    select * from {{ source('build', 'build_info') }}

),

projects as (

    select count(*) as projects from {{ ref('dim_project') }}

),

indicators as (

    select count(*) as indicators from {{ ref('fct_indicator_variance') }}

),

findings as (

    select count(*) as reconciliations from {{ ref('fct_reconciliation') }}

)

select
    builds.release_id,
    builds.code_version,
    builds.input_hash,
    builds.dbt_version,
    builds.duckdb_version,
    cast(builds.documents as integer) as documents,
    cast(builds.documents_computed as integer) as documents_computed,
    nullif(builds.base_release_id, '') as base_release_id,
    cast(projects.projects as integer) as projects,
    cast(indicators.indicators as integer) as indicators,
    cast(findings.reconciliations as integer) as reconciliations,
    builds.started_at,
    cast(builds.seconds as decimal(12, 1)) as seconds
from builds
cross join projects
cross join indicators
cross join findings
