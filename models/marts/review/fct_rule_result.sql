-- In DuckDB's release the view becomes a table; from a cluster, the files of a table are copied.
{{ config(materialized='view' if target.type == 'duckdb' else 'table') }}

with

results as (

    select * from {{ ref('int_rule_result') }}

),

tallies as (

    select * from {{ ref('int_rule_tally') }}

),

projects as (

    select
        project_id,
        form_no,
        project_name
    from {{ ref('int_project') }}

)

select
    results.rule_id,
    results.rule_version,
    results.severity,
    results.document_id,
    results.fiscal_year,
    results.project_id,
    cast(projects.form_no as integer) as form_no,
    projects.project_name,
    results.indicator_id,
    results.subject_id,
    results.item,
    results.status,
    cast(1 as integer) as subjects,
    results.reason_code,
    results.reason_zh,
    results.reason_en,
    results.reported_value,
    results.expected_value,
    results.difference,
    results.unit,
    results.source_line
from results
left join projects
    on results.project_id = projects.project_id

union all

select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    cast(null as string) as project_id,
    cast(null as integer) as form_no,
    cast(null as string) as project_name,
    cast(null as string) as indicator_id,
    document_id as subject_id,
    cast(null as string) as item,
    status,
    subjects,
    cast(null as string) as reason_code,
    cast(null as string) as reason_zh,
    cast(null as string) as reason_en,
    cast(null as {{ figure_type() }}) as reported_value,
    cast(null as {{ figure_type() }}) as expected_value,
    cast(null as {{ figure_type() }}) as difference,
    cast(null as string) as unit,
    source_line
from tallies
