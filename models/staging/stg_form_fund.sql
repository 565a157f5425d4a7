with

source as (

    select * from {{ ref('raw_self_evaluation_fund') }}

),

documents as (

    select
        document_id,
        yuan_factor
    from {{ ref('stg_document') }}

),

units as (

    select * from {{ ref('amount_unit') }}

),

fund_sources as (

    select * from {{ ref('fund_source') }}

),

levels as (

    select * from {{ ref('fiscal_level') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        cast({{ printed('form_no') }} as integer) as form_no,
        {{ printed('fund_source') }} as fund_source_text,
        {{ printed('initial_budget') }} as initial_budget_text,
        {{ amount_of('initial_budget') }} as initial_budget,
        {{ unit_behind('initial_budget') }} as initial_budget_unit,
        {{ printed('annual_budget') }} as annual_budget_text,
        {{ amount_of('annual_budget') }} as annual_budget,
        {{ unit_behind('annual_budget') }} as annual_budget_unit,
        {{ printed('executed') }} as executed_text,
        {{ amount_of('executed') }} as executed,
        {{ unit_behind('executed') }} as executed_unit,
        {{ printed('weight') }} as weight_text,
        {{ points_of('weight') }} as weight,
        {{ printed('execution_rate') }} as execution_rate_text,
        {{ number_of('execution_rate') }} as execution_rate_number,
        {{ printed('score') }} as score_text,
        {{ points_of('score') }} as score,
        {{ printed('amount_unit') }} as amount_unit,
        {{ points_of('block_points') }} as block_points
    from source

),

keyed as (

    select
        *,
        {{ project_id() }} as project_id,
        row_number() over (
            partition by document_id, form_no
            order by
                source_line asc,
                fund_source_text asc nulls last,
                annual_budget_text asc nulls last,
                executed_text asc nulls last
        ) as row_no
    from typed

),

-- A form, or a cell, can print a unit of its own: its amounts are converted to the document's.
in_the_document_s_unit as (

    select
        keyed.project_id,
        keyed.document_id,
        keyed.source_line,
        keyed.form_no,
        keyed.row_no,
        keyed.fund_source_text,
        keyed.initial_budget_text,
        {{ in_unit(
            'keyed.initial_budget', 'coalesce(initial_budget_units.yuan_factor, units.yuan_factor)', 'documents.yuan_factor'
        ) }} as initial_budget,
        keyed.annual_budget_text,
        {{ in_unit(
            'keyed.annual_budget', 'coalesce(annual_budget_units.yuan_factor, units.yuan_factor)', 'documents.yuan_factor'
        ) }} as annual_budget,
        keyed.executed_text,
        {{ in_unit(
            'keyed.executed', 'coalesce(executed_units.yuan_factor, units.yuan_factor)', 'documents.yuan_factor'
        ) }} as executed,
        keyed.weight_text,
        keyed.weight,
        keyed.execution_rate_text,
        keyed.execution_rate_number,
        keyed.score_text,
        keyed.score,
        keyed.block_points,
        documents.yuan_factor
    from keyed
    inner join documents
        on keyed.document_id = documents.document_id
    left join units
        on keyed.amount_unit = units.amount_unit
    left join units as initial_budget_units
        on keyed.initial_budget_unit = initial_budget_units.amount_unit
    left join units as annual_budget_units
        on keyed.annual_budget_unit = annual_budget_units.amount_unit
    left join units as executed_units
        on keyed.executed_unit = executed_units.amount_unit

),

level_labels as (

    select distinct keyed.fund_source_text
    from keyed
    inner join levels
        on {{ source_label('keyed.fund_source_text') }} like concat(levels.word, '%')

),

named as (

    select
        amounts.*,
        fund_sources.fund_source as known_source,
        count(case when fund_sources.fund_source = 'total' then 1 end) over (
            partition by amounts.project_id
            order by amounts.row_no
            rows unbounded preceding
        ) as totals_so_far,
        fund_sources.fund_source is null and level_labels.fund_source_text is not null as is_level
    from in_the_document_s_unit as amounts
    left join fund_sources
        on {{ source_label('amounts.fund_source_text') }} = fund_sources.fund_source_text
    left join level_labels
        on amounts.fund_source_text = level_labels.fund_source_text

),

placed as (

    select
        *,
        max(case when known_source = 'fiscal_current' then row_no end) over (
            partition by project_id order by row_no rows unbounded preceding
        ) as appropriation_row,
        max(case when not is_level and coalesce(known_source, '') <> 'fiscal_current' then row_no end) over (
            partition by project_id order by row_no rows unbounded preceding
        ) as other_row
    from named

),

parted as (

    select
        *,
        -- Central, provincial and other money directly below 当年财政拨款 is a part of it.
        is_level
        and appropriation_row is not null
        and coalesce(other_row < appropriation_row, true) as is_below_appropriation,
        known_source = 'total' and totals_so_far > 1 as is_total_again
    from placed

),

summed as (

    select
        *,
        sum(case when known_source = 'total' and totals_so_far = 1 then annual_budget end)
            over (partition by project_id) as total_budget,
        sum(case when coalesce(known_source, '') <> 'total' then annual_budget end)
            over (partition by project_id) as all_budgets,
        sum(case when coalesce(known_source, '') <> 'total' and not is_below_appropriation then annual_budget end)
            over (partition by project_id) as other_budgets,
        count(case when coalesce(known_source, '') not in ('total', 'basic', 'project') then 1 end)
            over (partition by project_id) as sources,
        sum(case
            when known_source = 'total' and totals_so_far = 1 then coalesce(annual_budget, initial_budget, executed)
        end) over (partition by project_id) as total_amount,
        sum(case
            when coalesce(known_source, '') <> 'total' and not is_below_appropriation
                then coalesce(annual_budget, initial_budget, executed)
        end) over (partition by project_id) as part_amounts
    from parted

),

divided as (

    select
        *,
        -- A total that is divided by source and again by nature: the rows of both add up to its double, or nearly so.
        case
            when
                known_source in ('basic', 'project') and sources > 0
                and part_amounts - total_amount > 2 * total_amount - part_amounts
                then 'nature'
            else 'source'
        end as division
    from summed

)

select
    amounts.project_id,
    amounts.document_id,
    amounts.source_line,
    amounts.form_no,
    case
        when amounts.is_total_again then amounts.fund_source_text
        else coalesce(amounts.known_source, amounts.fund_source_text)
    end
        as fund_source,
    amounts.fund_source_text,
    amounts.initial_budget_text,
    amounts.initial_budget,
    {{ yuan('amounts.initial_budget', 'amounts.yuan_factor') }} as initial_budget_yuan,
    amounts.annual_budget_text,
    amounts.annual_budget,
    {{ yuan('amounts.annual_budget', 'amounts.yuan_factor') }} as annual_budget_yuan,
    amounts.executed_text,
    amounts.executed,
    {{ yuan('amounts.executed', 'amounts.yuan_factor') }} as executed_yuan,
    amounts.weight_text,
    amounts.weight,
    amounts.execution_rate_text,
    -- A rate without a percent sign is a fraction up to one (1 = 100 %), above it a percentage.
    case
        when {{ matches('amounts.execution_rate_text', '[%％]') }} or amounts.execution_rate_number > 1
            then amounts.execution_rate_number
        else amounts.execution_rate_number * 100
    end as execution_percent,
    amounts.score_text,
    amounts.score,
    amounts.block_points,
    row_number() over (partition by amounts.project_id, amounts.source_line order by amounts.row_no) as line_ordinal,
    -- In addition to the others only if the form says so, or if its rows add up to its total only then.
    amounts.division = 'source'
    and not coalesce(amounts.is_total_again, false)
    and not (
        amounts.is_below_appropriation
        and not coalesce(
            amounts.all_budgets = amounts.total_budget and amounts.other_budgets <> amounts.total_budget, false
        )
    ) as is_counted,
    amounts.division
from divided as amounts
