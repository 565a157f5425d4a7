-- The tables by function code: totals against classes, classes against sections, sections against items, and each
-- against its natures of spending; and the percentages of an item's budget in running text.
{{ config(materialized='view') }}
with

items as (

    select * from {{ ref('int_account_item') }}

),

amount_kinds as (

    select * from {{ ref('amount_kind') }}

),

identities as (

    select * from {{ ref('function_identity') }}

),

natures as (

    select
        item_code as spending_nature,
        item_name as nature_zh,
        item_level as nature_level
    from {{ ref('account_item') }}
    where classification = 'nature'

),

reported as (

    select
        *,
        -- fiscal_spending of fiscal_spending_initial_budget_completion_rate: the total that a sentence is about.
        {{ replace_all(
            'figure_code', '_(initial_budget|annual_budget|final_account|budget)(_completion_rate)?$', ''
        ) }} as headline
    from {{ ref('stg_reported_figure') }}

),

figures as (

    select *
    from reported
    where
        figure_code like '%budget_completion_rate'
        and value is not null

),

-- The amounts of a total's own sentence; a line that prints several has no rate.
headlines as (

    select
        document_id,
        source_line,
        headline,
        {% for kind in ['initial_budget', 'annual_budget', 'final_account'] -%}
            case
                when count(distinct case when figure_code = concat(headline, '_{{ kind }}') then value_yuan end) = 1
                    then max(case when figure_code = concat(headline, '_{{ kind }}') then value_yuan end)
            end as {{ kind }}
            {%- if not loop.last %},
            {% endif %}
        {%- endfor %}
    from reported
    where headline <> figure_code
    group by
        document_id,
        source_line,
        headline

),

tables as (

    select
        *,
        coalesce(table_title, '') as table_key,
        coalesce(spending_nature, '') as nature_key
    from items
    where classification in ('function_item', 'nature_item')

),

amounts as (

    select
        document_id,
        source_line,
        table_key,
        nature_key,
        item_code,
        item_name,
        item_level,
        amount_unit,
        'initial_budget' as amount_kind,
        initial_budget as amount
    from tables

    union all

    select
        document_id,
        source_line,
        table_key,
        nature_key,
        item_code,
        item_name,
        item_level,
        amount_unit,
        'annual_budget' as amount_kind,
        annual_budget as amount
    from tables

    union all

    select
        document_id,
        source_line,
        table_key,
        nature_key,
        item_code,
        item_name,
        item_level,
        amount_unit,
        'final_account' as amount_kind,
        final_account as amount
    from tables

),

printed as (

    select
        amounts.*,
        concat_ws(
            '：', amount_kinds.label_zh, natures.nature_zh, concat(coalesce(amounts.item_code, ''), amounts.item_name)
        ) as printed_zh
    from amounts
    inner join amount_kinds
        on amounts.amount_kind = amount_kinds.amount_kind
    left join natures
        on amounts.nature_key = natures.spending_nature
    where amounts.amount is not null

),

below as (

    select
        totals.document_id,
        totals.source_line,
        totals.nature_key,
        totals.amount_kind,
        parts.source_line as part_line,
        parts.item_code,
        parts.item_level,
        parts.amount,
        -- Some tables print no sections: their classes are the sums of items.
        min(parts.item_level) over (
            partition by totals.document_id, totals.source_line, totals.nature_key, totals.amount_kind
        ) as next_level
    from printed as totals
    inner join amounts as parts
        on
            totals.document_id = parts.document_id
            and totals.table_key = parts.table_key
            and totals.nature_key = parts.nature_key
            and totals.amount_kind = parts.amount_kind
            and totals.item_level < parts.item_level
            and (
                totals.item_level = 0
                or totals.item_code = substr(parts.item_code, 1, length(totals.item_code))
            )

),

sums as (

    select
        document_id,
        source_line,
        nature_key,
        amount_kind,
        min(part_line) as against_line,
        max(part_line) as against_last_line,
        -- If two tables of one title print the same item, its parts are unknown.
        case when count(*) = count(distinct item_code) then {{ figure('sum(amount)') }} end as recomputed_value
    from below
    where item_level = next_level
    group by
        document_id,
        source_line,
        nature_key,
        amount_kind

),

levels as (

    select
        printed.document_id,
        printed.source_line,
        case printed.item_level
            when 0 then 'function_total'
            when 1 then 'function_class'
            else 'function_section'
        end as identity_code,
        concat_ws('_', printed.amount_kind, nullif(printed.nature_key, '')) as figure_part,
        printed.printed_zh,
        printed.amount_unit,
        {{ figure('printed.amount') }} as reported_value,
        sums.recomputed_value,
        sums.against_line,
        sums.against_last_line
    from printed
    inner join sums
        on
            printed.document_id = sums.document_id
            and printed.source_line = sums.source_line
            and printed.nature_key = sums.nature_key
            and printed.amount_kind = sums.amount_kind

),

parted_tables as (

    -- A table with only one nature of spending doesn't divide the expenditure.
    select
        document_id,
        table_key,
        amount_kind
    from printed
    where nature_key in ('basic', 'project')
    group by
        document_id,
        table_key,
        amount_kind
    having count(distinct nature_key) = 2

),

nature_sums as (

    select
        printed.document_id,
        printed.source_line,
        printed.table_key,
        printed.amount_kind,
        {{ figure('sum(printed.amount)') }} as recomputed_value
    from printed
    inner join natures
        on printed.nature_key = natures.spending_nature
    where natures.nature_level = 1
    group by
        printed.document_id,
        printed.source_line,
        printed.table_key,
        printed.amount_kind

),

by_nature as (

    select
        printed.document_id,
        printed.source_line,
        'function_by_nature' as identity_code,
        printed.amount_kind as figure_part,
        printed.printed_zh,
        printed.amount_unit,
        {{ figure('printed.amount') }} as reported_value,
        nature_sums.recomputed_value,
        -- The natures stand beside the total.
        printed.source_line as against_line,
        printed.source_line as against_last_line
    from printed
    inner join parted_tables
        on
            printed.document_id = parted_tables.document_id
            and printed.table_key = parted_tables.table_key
            and printed.amount_kind = parted_tables.amount_kind
    left join nature_sums
        on
            printed.document_id = nature_sums.document_id
            and printed.source_line = nature_sums.source_line
            and printed.amount_kind = nature_sums.amount_kind
    where printed.nature_key = ''

),

totals as (

    select * from levels
    union all
    select * from by_nature

),

sentences as (

    select
        document_id,
        source_line,
        item_text,
        {{ quotient('final_account * 100', 'initial_budget') }} as initial_rate,
        {{ quotient('final_account * 100', 'annual_budget') }} as annual_rate
    from items
    where classification = 'function_sentence'

),

rates as (

    -- One line can print an item twice: its figure is known only if both agree.
    select
        document_id,
        source_line,
        item_text,
        case
            when count(*) = count(initial_rate) and min(initial_rate) = max(initial_rate) then min(initial_rate)
        end as initial_rate,
        case
            when count(*) = count(annual_rate) and min(annual_rate) = max(annual_rate) then min(annual_rate)
        end as annual_rate
    from sentences
    group by
        document_id,
        source_line,
        item_text

),

completions as (

    select
        figures.document_id,
        figures.source_line,
        figures.figure_code,
        figures.label_zh,
        figures.value_text,
        figures.unit,
        {{ figure('figures.value') }} as reported_value,
        case
            when figures.figure_code = 'initial_budget_completion_rate' then rates.initial_rate
            when figures.figure_code = 'annual_budget_completion_rate' then rates.annual_rate
            when figures.figure_code like '%_initial_budget_completion_rate'
                then {{ quotient('headlines.final_account * 100', 'headlines.initial_budget') }}
            when figures.figure_code like '%_annual_budget_completion_rate'
                then {{ quotient('headlines.final_account * 100', 'headlines.annual_budget') }}
        end as recomputed_value,
        row_number() over (
            partition by figures.document_id, figures.source_line, figures.figure_code, figures.label_zh
            order by figures.value asc
        ) as line_ordinal
    from figures
    left join rates
        on
            figures.document_id = rates.document_id
            and figures.source_line = rates.source_line
            and figures.label_zh = rates.item_text
    left join headlines
        on
            figures.document_id = headlines.document_id
            and figures.source_line = headlines.source_line
            and figures.headline = headlines.headline

)

select
    totals.document_id,
    cast(null as string) as project_id,
    totals.source_line,
    totals.identity_code as figure_code,
    totals.figure_part,
    concat_ws('：', totals.printed_zh, identities.label_zh) as label_zh,
    totals.amount_unit as unit,
    totals.reported_value,
    totals.recomputed_value,
    'account_sum' as tolerance_code,
    'final_account' as basis,
    totals.against_line,
    totals.against_last_line
from totals
inner join identities
    on totals.identity_code = identities.identity_code

union all

select
    document_id,
    cast(null as string) as project_id,
    source_line,
    figure_code,
    concat_ws('#', label_zh, case when line_ordinal > 1 then cast(line_ordinal as string) end) as figure_part,
    concat_ws('', label_zh, '预算完成率') as label_zh,
    unit,
    reported_value,
    recomputed_value,
    case
        when {{ matches('value_text', '[.．][0-9０-９][0-9０-９]') }} then 'percent_2dp'
        when {{ matches('value_text', '[.．][0-9０-９]') }} then 'percent_1dp'
        else 'percent_0dp'
    end as tolerance_code,
    'running_text' as basis,
    source_line as against_line,
    source_line as against_last_line
from completions
