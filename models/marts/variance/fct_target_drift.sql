with

pairs as (

    select * from {{ ref('int_declared_pair') }}

),

projects as (

    select
        project_id,
        form_no,
        project_name
    from {{ ref('int_project') }}

),

printed_values as (

    select * from {{ ref('int_printed_value') }}

),

indicators as (

    select
        project_id,
        source_line,
        indicator_no,
        level2,
        coalesce(level3, level2) as item_name,
        target_text,
        {{ measured_text('target_text', 'measure_unit') }} as measured_text,
        -- Names are compared without punctuation.
        translate({{ half_width('coalesce(level3, level2)') }}, ' ,.;:。；、：“”"', '') as match_name
    from {{ ref('stg_form_indicator') }}

),

funds as (

    select
        project_id,
        source_line,
        fund_source_text,
        fund_source,
        line_ordinal,
        annual_budget_text,
        annual_budget_yuan,
        initial_budget_text,
        initial_budget_yuan
    from {{ ref('stg_form_fund') }}

),

-- Both forms of a project, the declared one and the reported one.
sides as (

    select
        project_id,
        declared_project_id as form_id,
        true as is_declared
    from pairs

    union all

    select
        project_id,
        project_id as form_id,
        false as is_declared
    from pairs

),

items as (

    select
        sides.project_id,
        sides.is_declared,
        'indicator' as subject_kind,
        indicators.indicator_no as item_no,
        indicators.level2,
        indicators.item_name,
        indicators.match_name,
        indicators.target_text as printed_text,
        printed_values.comparator,
        printed_values.value,
        printed_values.unit,
        indicators.source_line
    from sides
    inner join indicators
        on sides.form_id = indicators.project_id
    left join printed_values
        on indicators.measured_text = printed_values.printed_text

    union all

    -- The declared amount is compared with the budget at the beginning of the year, never with the adjusted one.
    select
        sides.project_id,
        sides.is_declared,
        'fund' as subject_kind,
        cast(null as integer) as item_no,
        cast(null as string) as level2,
        funds.fund_source_text as item_name,
        funds.fund_source as match_name,
        case when sides.is_declared then funds.annual_budget_text else funds.initial_budget_text end as printed_text,
        cast(null as string) as comparator,
        {{ figure('case when sides.is_declared then funds.annual_budget_yuan else funds.initial_budget_yuan end') }}
            as value,
        '元' as unit,
        funds.source_line
    from sides
    inner join funds
        on sides.form_id = funds.project_id
    where case when sides.is_declared then funds.annual_budget_yuan else funds.initial_budget_yuan end is not null

),

numbered as (

    -- Repeated names are matched in order.
    select
        *,
        row_number() over (
            partition by project_id, subject_kind, is_declared, match_name
            order by item_no asc nulls last, source_line asc, printed_text asc nulls last
        ) as name_ordinal
    from items
    where match_name is not null

),

declared as (

    select *
    from numbered
    where is_declared

),

reported as (

    select *
    from numbered
    where not is_declared

),

matched as (

    select
        coalesce(declared.project_id, reported.project_id) as project_id,
        coalesce(declared.subject_kind, reported.subject_kind) as subject_kind,
        coalesce(declared.match_name, reported.match_name) as match_name,
        coalesce(declared.name_ordinal, reported.name_ordinal) as name_ordinal,
        coalesce(declared.level2, reported.level2) as level2,
        coalesce(declared.item_name, reported.item_name) as item_name,
        declared.printed_text as declared_text,
        reported.printed_text as reported_text,
        declared.value as declared_value,
        reported.value as reported_value,
        declared.unit as declared_unit,
        reported.unit as reported_unit,
        declared.comparator as declared_comparator,
        reported.comparator as reported_comparator,
        declared.source_line as declared_item_line,
        reported.source_line as reported_item_line
    from declared
    full outer join reported
        on
            declared.project_id = reported.project_id
            and declared.subject_kind = reported.subject_kind
            and declared.match_name = reported.match_name
            and declared.name_ordinal = reported.name_ordinal

),

compared as (

    select
        *,
        coalesce(declared_unit, '') = coalesce(reported_unit, '') as is_same_unit,
        case
            when declared_item_line is null then 'not_declared'
            when reported_item_line is null then 'not_reported'
            when
                coalesce(translate(declared_text, ' ', ''), '') = coalesce(translate(reported_text, ' ', ''), '')
                and coalesce(declared_value = reported_value, true)
                then 'same'
            when
                declared_value = reported_value
                and coalesce(declared_unit, '') = coalesce(reported_unit, '')
                and coalesce(declared_comparator, '') = coalesce(reported_comparator, '')
                then 'same'
            else 'changed'
        end as status
    from matched

)

select
    {{ key_of(['compared.project_id', 'compared.subject_kind', 'compared.match_name', 'compared.name_ordinal']) }}
        as target_drift_id,
    pairs.document_id,
    pairs.declared_document_id,
    compared.project_id,
    cast(projects.form_no as integer) as form_no,
    projects.project_name,
    cast(pairs.fiscal_year as integer) as fiscal_year,
    compared.subject_kind,
    compared.level2,
    compared.item_name,
    compared.declared_text,
    compared.reported_text,
    compared.declared_value,
    compared.reported_value,
    case when compared.is_same_unit then {{ figure('compared.reported_value - compared.declared_value') }} end
        as difference,
    case when compared.is_same_unit then compared.declared_unit end as unit,
    compared.status,
    coalesce(compared.declared_item_line, pairs.declared_source_line) as declared_source_line,
    -- Indicators missing from the self-evaluation are shown at the beginning of its form.
    coalesce(compared.reported_item_line, pairs.source_line) as source_line
from compared
inner join pairs
    on compared.project_id = pairs.project_id
inner join projects
    on compared.project_id = projects.project_id
