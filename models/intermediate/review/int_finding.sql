-- The failed checks in sentences. The id is derived from the facts alone, so it stays the same while they do: in the
-- next build, and in a corrected filing of the unit and year.
{{ config(materialized='view') }}
with

failures as (

    select * from {{ ref('int_failure') }}

),

repeated_facts as (

    select * from {{ ref('int_repeated_facts') }}

),

rules as (

    select * from {{ ref('review_rule') }}

),

hypotheses as (

    select * from {{ ref('int_form_hypothesis') }}

),

other_hypotheses as (

    select * from {{ ref('int_finding_hypothesis') }}

),

cells as (

    select * from {{ ref('form_cell') }}

),

source_places as (

    select * from {{ ref('stg_source_place') }}

),

-- Rates that are computed from the two amounts of their own sentence, and not from tables.
rates_of_sentences as (

    select reconciliation_id
    from {{ ref('int_reconciliation') }}
    where figure_code like '%budget_completion_rate'

),

identity_rules as (

    select rule_id from {{ ref('identity_rule') }}

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

gathered as (

    select
        failures.*,
        -- A unit may have several documents of a year with the same facts: each has findings of its own.
        case
            when repeated_facts.facts_id is not null
                then {{ key_of(['failures.facts_id', 'failures.document_id']) }}
            else failures.facts_id
        end as finding_id,
        rules.category,
        rules.clause,
        rules.operands_zh,
        source_places.source_place,
        -- For a page or a sheet, the place replaces the line.
        replace(
            rules.message_zh, line_phrases.line_zh, coalesce(source_places.source_place, line_phrases.line_zh)
        ) as template_zh,
        replace(
            rules.message_en, line_phrases.line_en, concat_ws(', ', line_phrases.line_en, source_places.source_place)
        ) as template_en,
        case when failures.form_no is null then 'place_report' else 'place_form' end as place_phrase,
        case when rates_of_sentences.reconciliation_id is null then 'basis_tables' else 'basis_sentence' end
            as basis_phrase,
        line_phrases.line_zh,
        line_phrases.line_en,
        {{ shown('failures.reported_value', 'failures.unit') }} as reported_number,
        {{ shown('failures.expected_value', 'failures.unit') }} as expected_number,
        {{ shown('abs(failures.difference)', 'failures.unit') }} as distance,
        hypotheses.source_line as hypothesis_line,
        hypothesis_places.source_place as hypothesis_place,
        concat({{ plain('hypotheses.value') }}, coalesce(hypotheses.unit, '')) as one_value,
        concat({{ plain('hypotheses.would_be') }}, coalesce(hypotheses.unit, '')) as one_would_be,
        {{ plain('other_hypotheses.value') }} as other_value,
        {{ plain('other_hypotheses.would_be') }} as other_would_be,
        other_hypotheses.form_no as other_form_no,
        cells.label_zh as cell_zh,
        cells.label_en as cell_en,
        -- A possible cause of the difference of two amounts: a unit or a decimal point, or transposed digits.
        case
            when other_hypotheses.phrase = 'borrowed' then 'borrowed'
            when
                rules.category in ('funds', 'document') and failures.unit = failures.amount_unit
                and {{ is_power_of_ten('failures.reported_value', 'failures.expected_value') }}
                then 'power_of_ten'
            when hypotheses.project_id is not null then 'one_number'
            when other_hypotheses.phrase is not null then other_hypotheses.phrase
            when failures.unit <> failures.amount_unit or rules.category not in ('funds', 'document') then null
            when {{ same_digits(plain('failures.reported_value'), plain('failures.expected_value')) }}
                then 'transposition'
        end as hypothesis_phrase
    from failures
    inner join rules
        on
            failures.rule_id = rules.rule_id
            and failures.rule_version = rules.version
    cross join line_phrases
    left join repeated_facts
        on failures.facts_id = repeated_facts.facts_id
    left join source_places
        on
            failures.document_id = source_places.document_id
            and failures.source_line = source_places.source_line
    left join rates_of_sentences
        on failures.reconciliation_id = rates_of_sentences.reconciliation_id
    left join identity_rules
        on failures.rule_id = identity_rules.rule_id
    left join hypotheses
        on
            failures.project_id = hypotheses.project_id
            and identity_rules.rule_id is not null
    left join source_places as hypothesis_places
        on
            failures.document_id = hypothesis_places.document_id
            and hypotheses.source_line = hypothesis_places.source_line
    left join other_hypotheses
        on
            failures.document_id = other_hypotheses.document_id
            and failures.rule_id = other_hypotheses.rule_id
            and failures.subject_id = other_hypotheses.subject_id
    left join cells
        on hypotheses.cell_code = cells.cell_code

),

worded as (

    select
        gathered.*,
        coalesce(gathered.reported_text, {{ plain('gathered.reported_number') }}) as reported,
        coalesce(gathered.expected_text, {{ plain('gathered.expected_number') }}) as expected,
        replace(places.text_zh, '{form}', coalesce(cast(gathered.form_no as string), '')) as place_zh,
        replace(places.text_en, '{form}', coalesce(cast(gathered.form_no as string), '')) as place_en,
        case
            when gathered.hypothesis_phrase = 'one_number' then gathered.one_value else gathered.other_value
        end as hypothesis_value,
        case
            when gathered.hypothesis_phrase = 'one_number' then gathered.one_would_be else gathered.other_would_be
        end as hypothesis_would_be,
        bases.text_zh as basis_zh,
        bases.text_en as basis_en,
        replace(
            hypothesis_phrases.text_zh, gathered.line_zh, coalesce(gathered.hypothesis_place, gathered.line_zh)
        ) as hypothesis_template_zh,
        replace(
            hypothesis_phrases.text_en, gathered.line_en, concat_ws(', ', gathered.line_en, gathered.hypothesis_place)
        ) as hypothesis_template_en
    from gathered
    inner join phrases as places
        on gathered.place_phrase = places.phrase
    inner join phrases as bases
        on gathered.basis_phrase = bases.phrase
    left join phrases as hypothesis_phrases
        on gathered.hypothesis_phrase = hypothesis_phrases.phrase

)

select
    finding_id,
    rule_id,
    rule_version,
    severity,
    category,
    document_id,
    project_id,
    indicator_id,
    item,
    source_line,
    source_place,
    against_line,
    against_last_line,
    reconciliation_id,
    reported,
    expected,
    reported_value,
    expected_value,
    difference,
    unit,
    {{ labelled_operands('operands_zh', ['operand_a', 'operand_b', 'operand_c']) }} as operands,
    clause,
    {{ finding_message('zh') }} as message_zh,
    {{ finding_message('en') }} as message_en,
    hypothesis_line,
    {{ finding_hypothesis('zh') }} as hypothesis,
    {{ finding_hypothesis('en') }} as hypothesis_en
from worded
