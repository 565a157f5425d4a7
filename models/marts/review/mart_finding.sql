with

findings as (

    select * from {{ ref('fct_finding') }}

),

cases as (

    select * from {{ ref('fct_case') }}

),

documents as (

    select * from {{ ref('dim_document') }}

),

projects as (

    select * from {{ ref('int_project') }}

),

rules as (

    select * from {{ ref('dim_rule') }}

),

funds as (

    select * from {{ ref('fct_project_fund') }}

),

printed_funds as (

    select
        project_id,
        source_line,
        max(weight_text) as weight_text,
        max(score_text) as score_text
    from {{ ref('stg_self_evaluation_fund') }}
    group by
        project_id,
        source_line

),

indicators as (

    select * from {{ ref('int_indicator_comparison') }}

),

leaves as (

    -- A line of an expert table; with two of them in one line, which one is meant is unknown.
    select
        document_id,
        source_line,
        max(level1) as level1,
        max(level2) as level2,
        max(coalesce(level4, level3)) as level3,
        max(weight_text) as weight_text,
        max(score_text) as score_text
    from {{ ref('stg_evaluation_indicator') }}
    group by
        document_id,
        source_line
    having count(*) = 1

),

counterparts as (

    select * from {{ ref('rule_against') }}

),

source_places as (

    select * from {{ ref('dim_source_place') }}

),

phrases as (

    select * from {{ ref('finding_phrase') }}

),

line_phrases as (

    select
        text_zh as line_zh,
        text_en as line_en
    from phrases
    where phrase = 'place_line'

),

totals as (

    select
        project_id,
        max(initial_budget_yuan) as initial_budget_yuan,
        max(annual_budget_yuan) as annual_budget_yuan,
        max(executed_yuan) as executed_yuan
    from funds
    where fund_source = 'total'
    group by project_id

),

placed as (

    select
        findings.*,
        counterparts.against_zh as what_zh,
        counterparts.against_en as what_en,
        against_places.source_place as against_place,
        {% for language in ['zh', 'en'] -%}
            {% for place, line in [('against', 'against_line'), ('last', 'against_last_line')] -%}
                -- For a page or a sheet, the place replaces the line.
                coalesce(
                    {{ place }}_places.source_place,
                    replace(line_phrases.line_{{ language }}, '{line}', cast(findings.{{ line }} as string))
                ) as {{ place }}_{{ language }},
            {% endfor -%}
        {% endfor -%}
        case
            when findings.against_line is null then 'against_none'
            when findings.against_last_line is null then 'against_line'
            else 'against_lines'
        end as against_phrase
    from findings
    cross join line_phrases
    left join counterparts
        on findings.rule_id = counterparts.rule_id
    left join source_places as against_places
        on
            findings.document_id = against_places.document_id
            and findings.against_line = against_places.source_line
    left join source_places as last_places
        on
            findings.document_id = last_places.document_id
            and findings.against_last_line = last_places.source_line

)

select
    placed.finding_id,
    placed.case_id,
    placed.finding_id = cases.finding_id as is_leading,
    cases.case_kind,
    cases.findings as case_findings,
    placed.rule_id,
    placed.rule_version,
    rules.title_zh,
    rules.title_en,
    placed.severity,
    placed.category,
    placed.document_id,
    documents.source_file,
    documents.organization_id,
    documents.organization_name,
    placed.fiscal_year,
    placed.project_id,
    placed.form_no,
    placed.project_name,
    projects.competent_unit_name,
    projects.implementing_unit_name,
    totals.initial_budget_yuan,
    totals.annual_budget_yuan,
    totals.executed_yuan,
    placed.indicator_id,
    coalesce(indicators.level1, leaves.level1) as level1,
    coalesce(indicators.level2, leaves.level2) as level2,
    coalesce(indicators.level3, leaves.level3) as level3,
    placed.item,
    indicators.target_text,
    indicators.actual_text,
    coalesce(indicators.weight_text, printed_funds.weight_text, leaves.weight_text) as weight_text,
    coalesce(indicators.score_text, printed_funds.score_text, leaves.score_text) as score_text,
    placed.source_line,
    placed.source_place,
    placed.against_line,
    placed.against_last_line,
    placed.against_place,
    nullif(trim({{ filled('against_phrases.text_zh', {
        'place': 'placed.against_zh', 'last': 'placed.last_zh',
        'what': filled('placed.what_zh', {'item': 'placed.item'}),
    }) }}), '') as against_zh,
    nullif(trim({{ filled('against_phrases.text_en', {
        'place': 'placed.against_en', 'last': 'placed.last_en',
        'what': filled('placed.what_en', {'item': 'placed.item'}),
    }) }}), '') as against_en,
    placed.reconciliation_id,
    placed.reported,
    placed.expected,
    placed.reported_value,
    placed.expected_value,
    placed.difference,
    placed.unit,
    placed.points_at_stake,
    placed.amount_at_stake_yuan,
    placed.operands,
    placed.clause,
    placed.message_zh,
    placed.message_en,
    placed.hypothesis,
    placed.hypothesis_en,
    rules.remedy_zh,
    rules.remedy_en,
    placed.decision,
    placed.decision_reason,
    placed.decided_by_role,
    placed.decided_on,
    placed.is_open
from placed
inner join cases
    on placed.case_id = cases.case_id
inner join rules
    on
        placed.rule_id = rules.rule_id
        and placed.rule_version = rules.rule_version
inner join documents
    on placed.document_id = documents.document_id
inner join phrases as against_phrases
    on placed.against_phrase = against_phrases.phrase
left join projects
    on placed.project_id = projects.project_id
left join totals
    on placed.project_id = totals.project_id
left join indicators
    on placed.indicator_id = indicators.indicator_id
left join printed_funds
    on
        placed.project_id = printed_funds.project_id
        and placed.source_line = printed_funds.source_line
left join leaves
    on
        placed.document_id = leaves.document_id
        and placed.source_line = leaves.source_line
        and placed.project_id is null
