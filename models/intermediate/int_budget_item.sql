with

budgets as (

    select
        *,
        {{ replace_all(half_width('item_name'), '^([一二三四五六七八九十]+、|其中:)', '') }} as plain_name,
        -- Without any number before it; 支出总计 in one layout is 总计 in the other.
        {{ replace_all(
            replace_all(half_width('item_name'), '^([一二三四五六七八九十]+、|[0-9]+[.]|其中:)', ''),
            '^(收入|支出)总计$', '总计'
        ) }} as own_name
    from {{ ref('stg_budget_account') }}

),

items as (

    select * from {{ ref('account_item') }}

)

select
    budgets.document_id,
    budgets.source_line,
    budgets.fiscal_year,
    budgets.table_title,
    budgets.account_side,
    budgets.classification,
    budgets.spending_nature,
    budgets.fund_source,
    budgets.item_code,
    coalesce(budgets.item_code, items.item_code) as known_code,
    budgets.plain_name as item_name,
    budgets.own_name,
    case
        when {{ is_total_name('budgets.own_name') }} then 0
        else coalesce({{ level_of_code('budgets.item_code') }}, items.item_level, 1)
    end as item_level,
    {{ is_total_name('budgets.own_name') }} as is_total,
    budgets.budget_yuan,
    budgets.budget_place_yuan,
    budgets.last_year_budget_yuan
from budgets
left join items
    on
        budgets.account_side = items.account_side
        and budgets.classification = items.classification
        and budgets.own_name = items.item_name
