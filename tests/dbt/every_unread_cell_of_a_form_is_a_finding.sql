-- Every printed cell in place of a number is either read or reported: it never silently drops out of a sum.
{{ config(meta={'dagster': {'ref': {'name': 'fct_rule_result'}}}) }}
with

unread as (

    select
        cells.cell_id,
        cells.document_id
    from {{ ref('int_unread_cell') }} as cells
    -- The rule doesn't apply to forms of earlier years.
    inner join {{ ref('int_document_rule') }} as rules
        on cells.document_id = rules.rule_document_id and rules.rule_id = 'number_unreadable'

),

shown as (

    select
        subject_id,
        document_id
    from {{ ref('fct_rule_result') }}
    where rule_id = 'number_unreadable' and status = 'fail'

)

select unread.*
from unread
left join shown
    on
        unread.cell_id = shown.subject_id
        and unread.document_id = shown.document_id
where shown.subject_id is null
