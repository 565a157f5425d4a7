-- Indicators whose name occurs more than once in their form.
with

indicators as (

    select
        indicator_id,
        project_id,
        source_line,
        level3_name
    from {{ ref('int_reviewed_indicator') }}

),

-- Few are repeated, and only those are sorted by their names.
hashed as (

    select {{ hash_of(['project_id', 'level3_name']) }} as name_hash
    from indicators

),

doubtful as (

    {{ repeated_values('name_hash', 'hashed') }}

),

counted as (

    select
        indicator_id,
        count(*) over (partition by project_id, level3_name) as repetitions,
        min(source_line) over (partition by project_id, level3_name) as first_line,
        max(source_line) over (partition by project_id, level3_name) as last_line
    from indicators
    where {{ hash_of(['project_id', 'level3_name']) }} in (select doubtful.name_hash from doubtful)

)

select *
from counted
where repetitions > 1
