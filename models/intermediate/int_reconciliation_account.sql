-- The printed totals of the final accounts against the sums of their parts.
{{ config(materialized='view') }}
with

items as (

    select * from {{ ref('int_account_item') }}

),

identities as (

    select * from {{ ref('account_identity') }}

),

amount_kinds as (

    select * from {{ ref('amount_kind') }}

),

documents as (

    select
        document_id,
        amount_unit
    from {{ ref('stg_document') }}

),

amounts as (

    select
        document_id,
        account_side,
        classification,
        item_code,
        item_level,
        source_line,
        'initial_budget' as amount_kind,
        initial_budget as amount
    from items

    union all

    select
        document_id,
        account_side,
        classification,
        item_code,
        item_level,
        source_line,
        'annual_budget' as amount_kind,
        annual_budget as amount
    from items

    union all

    select
        document_id,
        account_side,
        classification,
        item_code,
        item_level,
        source_line,
        'final_account' as amount_kind,
        final_account as amount
    from items

),

totals as (

    select distinct
        amounts.document_id,
        amounts.amount_kind,
        {{ figure('amounts.amount') }} as reported_value,
        amounts.source_line,
        identities.identity_code,
        identities.label_zh
    from amounts
    inner join identities
        on
            amounts.account_side = identities.total_side
            and amounts.classification = identities.total_classification
            and amounts.item_code = identities.total_item_code
    where amounts.amount is not null

),

parts as (

    select
        amounts.document_id,
        amounts.amount_kind,
        identities.identity_code,
        min(amounts.source_line) as against_line,
        max(amounts.source_line) as against_last_line,
        {{ figure('sum(amounts.amount)') }} as recomputed_value
    from amounts
    inner join identities
        on
            amounts.account_side = identities.part_side
            and amounts.classification = identities.part_classification
            and (
                amounts.item_code = identities.part_item_code
                -- Without an item code, the parts are all items of the first level.
                or (identities.part_item_code is null and amounts.item_level = 1)
            )
    group by
        amounts.document_id,
        amounts.amount_kind,
        identities.identity_code

)

select
    totals.document_id,
    cast(null as string) as project_id,
    totals.source_line,
    totals.identity_code as figure_code,
    totals.amount_kind as figure_part,
    concat_ws('：', amount_kinds.label_zh, totals.label_zh) as label_zh,
    documents.amount_unit as unit,
    totals.reported_value,
    parts.recomputed_value,
    'account_sum' as tolerance_code,
    'final_account' as basis,
    parts.against_line,
    parts.against_last_line
from totals
inner join amount_kinds
    on totals.amount_kind = amount_kinds.amount_kind
inner join documents
    on totals.document_id = documents.document_id
left join parts
    on
        totals.document_id = parts.document_id
        and totals.amount_kind = parts.amount_kind
        and totals.identity_code = parts.identity_code
