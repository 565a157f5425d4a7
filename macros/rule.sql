{#- The rules, each a model `rule_…`. -#}
{% macro rules() -%}
    {{ return([
        'account_identity',
        'actual_restates_operator',
        'amount_cut_off',
        'amount_finer_than_fen',
        'amount_rounding',
        'back_filled_budget',
        'back_filled_declaration',
        'boilerplate_output',
        'class_weight',
        'comparator_direction',
        'contradictory_rank',
        'copied_indicator',
        'cost_actual_executed',
        'cost_target_budget',
        'coverage',
        'deadline_missed_full_score',
        'deadline_not_binding',
        'deduction_without_reason',
        'duplicate_filing',
        'duplicate_indicator',
        'evaluated_project_form',
        'evaluated_project_quantity',
        'evaluation_rollup',
        'excellent_but_deducted',
        'executed_above_budget',
        'execution_rate',
        'execution_score',
        'form_year',
        'fund_total',
        'goal_number',
        'goal_repeated',
        'goal_year',
        'indicator_blank',
        'mandatory_class_missing',
        'narrative_figure',
        'number_unreadable',
        'overachievement',
        'price_times_quantity',
        'project_name_year',
        'project_table',
        'projects_above_department',
        'quality_is_count',
        'quantity_is_price',
        'reported_grade',
        'reported_total',
        'reported_weight_total',
        'rule_profile',
        'same_facts_different_scores',
        'same_project_name',
        'satisfaction_by_complaints',
        'satisfaction_measures_other',
        'score_above_expected',
        'score_above_weight',
        'score_blank',
        'score_negative',
        'scores_without_variance',
        'shared_count',
        'target_not_measurable',
        'targets_equal_actuals',
        'unit_exchanged',
        'unmet_full_score',
        'unmet_without_reason',
        'weight_blank',
        'weight_on_fund_part',
        'weights_fit_no_profile',
        'weights_total',
        'work_behind_money',
    ]) }}
{%- endmacro %}

{#-
    The uniform rows of a rule: one for each subject of the rule. The rule's id is in the model's name; its tolerance
    is the catalogue's, and so is its unit unless the rule finds a printed one. The arguments are SQL over the columns
    of `relation`, rule_tolerance, reported_number and expected_number.

    subject: the judged subject, unique for the rule within a document.
    applies: false if the rule doesn't concern the subject: not_applicable.
    reason: why it can't be judged, a code of not_checkable_reason, or null.
    holds: whether the subject complies with the rule. Null is never a pass: an operand is blank.
    against, against_last: the line that the reported figure is held against, or the first and the last of several;
        null if it is no line of the document. The catalogue rule_against says what is printed there.
    reconciliation: the key of the printed figure in int_reconciliation, or null.
-#}
{% macro rule_results(
    relation,
    subject,
    line,
    project='cast(null as string)',
    indicator='cast(null as string)',
    item='cast(null as string)',
    reported='null',
    expected='null',
    reported_text='null',
    expected_text='null',
    unit='rule_unit',
    operand_a='null',
    operand_b='null',
    operand_c='null',
    applies='true',
    reason='null',
    holds='abs(reported_number - expected_number) <= rule_tolerance',
    against='null',
    against_last='null',
    reconciliation='null'
) -%}
,

operands as (

    select
        rules.rule_id,
        rules.rule_version,
        rules.rule_tolerance,
        rules.rule_unit,
        rules.rule_severity,
        rules.rule_fiscal_year,
        rules.only_profile_id as rule_profile_only,
        subjects.*,
        {{ figure(reported) }} as reported_number,
        {{ figure(expected) }} as expected_number
    from {{ relation }} as subjects
    inner join {{ ref('int_document_rule') }} as rules
        on
            subjects.document_id = rules.rule_document_id
            and rules.rule_id = '{{ model.name | replace("rule_", "", 1) }}'

),

judged as (

    select
        *,
        coalesce({{ applies }}, false) as is_applicable,
        cast({{ reason }} as string) as blocking_reason,
        {{ holds }} as is_kept
    from operands

),

told as (

    select
        *,
        case
            when not is_applicable then 'not_applicable'
            when blocking_reason is not null or is_kept is null then 'not_checkable'
            when is_kept then 'pass'
            else 'fail'
        end as rule_status
    from judged

)

select
    rule_id,
    rule_version,
    rule_severity as severity,
    document_id,
    rule_fiscal_year as fiscal_year,
    cast({{ project }} as string) as project_id,
    cast({{ indicator }} as string) as indicator_id,
    cast({{ subject }} as string) as subject_id,
    cast({{ item }} as string) as item,
    cast({{ line }} as integer) as source_line,
    reported_number as reported_value,
    expected_number as expected_value,
    cast({{ unit }} as string) as unit,
    {#- Only a finding words them. #}
    case when rule_status = 'fail' then cast({{ reported_text }} as string) end as reported_text,
    case when rule_status = 'fail' then cast({{ expected_text }} as string) end as expected_text,
    case when rule_status = 'fail' then cast({{ operand_a }} as string) end as operand_a,
    case when rule_status = 'fail' then cast({{ operand_b }} as string) end as operand_b,
    case when rule_status = 'fail' then cast({{ operand_c }} as string) end as operand_c,
    case when rule_status = 'fail' then cast({{ against }} as integer) end as against_line,
    case when rule_status = 'fail' then cast(nullif({{ against_last }}, {{ against }}) as integer) end as against_last_line,
    case when rule_status = 'fail' then cast({{ reconciliation }} as string) end as reconciliation_id,
    rule_status as status,
    case when rule_status = 'not_checkable' then coalesce(blocking_reason, 'operand_blank') end as reason_code,
    rule_profile_only as only_profile_id
from told
{%- endmacro %}

{#- The number of scored lines of a form with a blank cell, and the first of them. Text in place of a number is a separate rule. -#}
{% macro blank_cells(cell, column, condition) -%}
    select
        lines.project_id,
        count(*) as blank_cells,
        min(lines.source_line) as first_blank
    from {{ ref('int_score_line') }} as lines
    left join {{ ref('int_unread_cell') }} as unread_cells
        on
            lines.project_id = unread_cells.project_id
            and lines.source_line = unread_cells.source_line
            and unread_cells.cell_code = '{{ cell }}'
    where
        lines.evaluation_type = 'self_evaluation' and lines.is_counted and {{ condition }}
        and lines.{{ column }} is null and unread_cells.cell_id is null
    group by lines.project_id
{%- endmacro %}

{#- A printed figure as a subject: its place and its code, after its form or document. -#}
{% macro printed_figure() -%}
    concat_ws(
        '|', coalesce(project_id, document_id), basis, figure_code, coalesce(figure_part, ''), cast(source_line as string),
        nullif(cast(line_ordinal as string), '1')
    )
{%- endmacro %}

{#- The key in int_reconciliation of a figure that a form prints once in a line. -#}
{% macro form_figure(code, part, line) -%}
    {{ key_of(['document_id', 'project_id', "'self_evaluation_form'", code, part, line]) }}
{%- endmacro %}

{#- The parameters of the review as columns, one row a rule profile. -#}
{% macro parameters(codes) -%}
    select
        profile_id
        {%- for code in codes %},
        max(case when parameter_code = '{{ code }}' then value end) as {{ code }}
        {%- endfor %}
    from {{ ref('int_profile_parameter') }}
    group by profile_id
{%- endmacro %}

{#- The classes of indicators that a form's weights are checked by, each a set of columns of int_form_class. -#}
{% macro indicator_classes() -%}
    {{ return(['execution', 'quantity', 'quality', 'timeliness', 'cost', 'benefit', 'satisfaction']) }}
{%- endmacro %}

{#- An indicator in a sentence: its second level, and its name, of a long one the beginning. -#}
{% macro item_label(level2, level3) -%}
    case
        when {{ level3 }} is null then {{ level2 }}
        when length({{ level3 }}) > 20 then concat_ws('', {{ level2 }}, '“', substr({{ level3 }}, 1, 19), '…”')
        else concat_ws('', {{ level2 }}, '“', {{ level3 }}, '”')
    end
{%- endmacro %}

{#- A parameter as a column of one row, before any profile is known: the print of amounts doesn't depend on one. -#}
{% macro common_parameter(code, type='decimal(20, 6)') -%}
    select cast(max(value) as {{ type }}) as {{ code }}
    from {{ ref('rule_profile_parameter') }}
    where parameter_code = '{{ code }}' and profile_id is null
{%- endmacro %}

{#-
    The unit of the last printed place: 0.0001 of 391.6603, 0.1 of 18.6. A number without decimals is not rounded, and
    is exact to `decimals` places. Amounts are read to their eighth place; further digits are noise of a binary fraction.
-#}
{% macro last_place(printed_text, decimals) -%}
    cast(
        power(
            10,
            -least(coalesce(length({{ extract(half_width(printed_text), '[.]([0-9]+)') }}), {{ decimals }}), 8)
        ) as decimal(20, 10)
    )
{%- endmacro %}

{#- A figure without trailing zeros. -#}
{% macro plain(value) -%}
    {{ replace_all('cast(' ~ figure(value) ~ ' as string)', '[.]?0+$', '') }}
{%- endmacro %}

{#- A number of a goal with the words beside it; the reader keeps twelve characters of either side. -#}
{% macro quoted_words(before, number, behind) -%}
    concat_ws(
        '',
        case when length({{ before }}) >= 12 then '…' end, {{ before }}, {{ number }}, {{ behind }},
        case when length({{ behind }}) >= 12 then '…' end
    )
{%- endmacro %}
