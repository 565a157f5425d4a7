{{ config(tags=['after_gates']) }}

with

verdicts as (

    select * from {{ source('build', 'expectation_result') }}

),

builds as (

    select * from {{ source('build', 'build_info') }}

)

select
    {{ key_of(['verdicts.gate', 'verdicts.suite', 'verdicts.expectation']) }} as expectation_result_id,
    builds.release_id,
    verdicts.gate,
    verdicts.suite,
    verdicts.table_name,
    verdicts.expectation,
    verdicts.expectation_type,
    verdicts.title_zh,
    verdicts.status,
    cast(verdicts.status = 'passed' as boolean) as success,
    verdicts.observed,
    try_cast(verdicts.unexpected_count as integer) as unexpected_count
from verdicts
cross join builds
