-- Indicators that repeat an earlier one of their project and document; forms of one project are compared with the
-- first of them.
with

indicators as (

    select
        indicator_id,
        source_line,
        score,
        concat_ws(
            '|', document_id, project_name, level2, level3_name, target_text, actual_text, cast(weight as string)
        ) as facts
    from {{ ref('int_reviewed_indicator') }}
    where weight is not null and target_text is not null and actual_text is not null

),

-- Few are alike, and only those are sorted by all columns.
hashed as (

    select {{ hash_of(['facts']) }} as facts_hash
    from indicators

),

doubtful as (

    {{ repeated_values('facts_hash', 'hashed') }}

),

compared as (

    select
        indicator_id,
        first_value(score) over (partition by facts order by source_line, indicator_id) as first_score,
        first_value(source_line) over (partition by facts order by source_line, indicator_id) as first_line,
        first_value(indicator_id) over (partition by facts order by source_line, indicator_id) as first_indicator_id
    from indicators
    where {{ hash_of(['facts']) }} in (select doubtful.facts_hash from doubtful)

)

select *
from compared
where indicator_id <> first_indicator_id
