-- The decisions on findings as recorded, and whether each can be applied to its finding, if the finding exists.
{{ config(materialized='ephemeral') }}

with

exceptions as (

    select * from {{ ref('finding_exception') }}

),

decisions as (

    select * from {{ ref('finding_decision') }}

),

judged as (

    select
        nullif(trim(exceptions.finding_id), '') as finding_id,
        nullif(trim(exceptions.decision), '') as decision,
        exceptions.reason,
        exceptions.by_role,
        exceptions.decided_on as decided_on_text,
        try_cast(exceptions.decided_on as date) as decided_on,
        decisions.is_open,
        case
            when decisions.decision is null then 'unknown_decision'
            when try_cast(exceptions.decided_on as date) is null then 'date_unreadable'
        end as problem
    from exceptions
    left join decisions
        on nullif(trim(exceptions.decision), '') = decisions.decision

),

ranked as (

    -- The latest applicable one: a slip in a newer decision does not undo an older one.
    select
        *,
        row_number() over (
            partition by finding_id, problem
            order by decided_on desc nulls last, decision asc, reason asc, by_role asc
        ) as latest
    from judged

)

select
    {{ key_of(['finding_id', 'decision', 'reason', 'by_role', 'decided_on_text', 'latest']) }} as exception_id,
    finding_id,
    decision,
    reason,
    by_role,
    decided_on,
    coalesce(is_open, true) as is_open,
    coalesce(problem, case when latest > 1 then 'superseded' else 'applied' end) as status
from ranked
