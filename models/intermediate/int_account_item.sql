with

accounts as (

    select * from {{ ref('stg_final_account') }}

),

items as (

    select * from {{ ref('account_item') }}

),

classes as (

    -- The 支出 at the end of a name is printed in some places and left out in others.
    select
        item_code as class_code,
        {{ replace_all('item_name', '支出$', '') }} as class_stem
    from items
    where classification = 'function'

),

functions as (

    select
        *,
        case
            when classification = 'function_sentence'
                then {{ replace_all(
                    'coalesce(' ~ extract('item_name', '^([^()]+)[(](?:[0-9]*类|[0-9]{3})[)]') ~ ', '
                    ~ extract('item_name', '^([^()—-]+)[—-]') ~ ', item_name)', '支出$', ''
                ) }}
        end as class_stem,
        -- A sentence names an item by its path of class, section and item, with or without parts of its code:
        -- 教育支出(类)普通教育(款)学前教育(项), 教育支出(205类)普通教育(02款)学前教育(01项), 教育支出-普通教育-学前教育.
        case
            when classification <> 'function_sentence' then item_name
            when not {{ matches('item_name', '[(](?:[0-9]*[类款项]|[0-9]{3,7})[)]|^[0-9]{7}') }}
                then {{ replace_all('item_name', '^.*[—-]', '') }}
            else {{ replace_all(
                replace_all(
                    replace_all('item_name', '[(](?:[0-9]*[类款项]|[0-9]{3,7})[)]$', ''),
                    '^.*[(](?:[0-9]*[类款项]|[0-9]{3,7})[)]', ''
                ),
                '^[、，。,/—-]*[0-9]*', ''
            ) }}
        end as own_name,
        case
            when classification in ('function_item', 'nature_item')
                then case length(item_code) when 7 then 3 when 5 then 2 when 3 then 1 else 0 end
            when classification <> 'function_sentence' then null
            when {{ matches('item_name', '[(](?:[0-9]*项|[0-9]{7})[)]$|^[0-9]{7}|[—-][^—-]+[—-]+[^—-]+$') }} then 3
            when {{ matches('item_name', '[(](?:[0-9]*款|[0-9]{5})[)]$|[^—-][—-]+[^—-]+$') }} then 2
            else 1
        end as function_level
    from accounts

),

levelled as (

    select
        functions.*,
        case
            when functions.classification in ('function_item', 'nature_item') then functions.item_code
            when functions.function_level = 1 then classes.class_code
            when functions.function_level is null then coalesce(items.item_code, functions.item_code)
        end as known_code,
        case
            when functions.classification in ('function_item', 'nature_item') then substr(functions.item_code, 1, 3)
            when functions.classification = 'function_sentence' then classes.class_code
            when functions.classification = 'function' then items.item_code
        end as class_code,
        case
            when {{ is_total_name('functions.own_name') }} then 0
            else coalesce(functions.function_level, items.item_level, {{ level_of_code('functions.item_code') }}, 1)
        end as item_level,
        case
            when functions.function_level = 0 or {{ is_total_name('functions.own_name') }} then 'total'
            when functions.function_level > 1 then 'subitem'
            else coalesce(items.item_role, 'item')
        end as item_role
    from functions
    left join items
        on
            functions.account_side = items.account_side
            and functions.classification = items.classification
            and functions.item_name = items.item_name
    left join classes
        on functions.class_stem = classes.class_stem

)

select
    document_id,
    source_line,
    account_side,
    classification,
    printed_row_no,
    known_code as item_code,
    class_code,
    own_name as item_name,
    item_text,
    item_level,
    item_role,
    item_role = 'total' as is_total,
    spending_nature,
    fund_source,
    table_title,
    amount_unit,
    initial_budget,
    initial_budget_place,
    annual_budget,
    final_account,
    initial_budget_yuan,
    annual_budget_yuan,
    final_account_yuan,
    -- The same item can be printed twice in one line of running text.
    case
        when
            function_level is not null or table_title is not null or printed_row_no is null or fund_source is not null
            then row_number() over (
                partition by
                    document_id, source_line, account_side, classification, spending_nature, fund_source, own_name
                order by
                    initial_budget_text asc nulls last,
                    annual_budget_text asc nulls last,
                    final_account_text asc nulls last
            )
    end as line_ordinal
from levelled
