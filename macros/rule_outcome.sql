{#-
    The rules by their inputs: one list for each pass over the forms. All rules in one query would keep the join
    tables of each in memory at once.
-#}
{% macro rules_by_pass() -%}
    {{ return({
        'form': [
            'account_identity',
            'coverage',
            'evaluation_rollup',
            'form_year',
            'mandatory_class_missing',
            'narrative_figure',
            'project_name_year',
            'project_table',
            'projects_above_department',
            'reported_grade',
            'reported_total',
            'reported_weight_total',
            'rule_profile',
            'same_project_name',
            'score_blank',
            'scores_without_variance',
            'unit_exchanged',
            'weight_blank',
            'weights_total',
        ],
        'fund': [
            'amount_rounding',
            'back_filled_budget',
            'evaluated_project_form',
            'executed_above_budget',
            'execution_rate',
            'fund_total',
        ],
        'class': [
            'class_weight',
            'weights_fit_no_profile',
        ],
        'line': [
            'deduction_without_reason',
            'execution_score',
            'number_unreadable',
            'score_above_weight',
            'score_negative',
        ],
        'indicator': [
            'actual_restates_operator',
            'amount_finer_than_fen',
            'comparator_direction',
            'copied_indicator',
            'cost_actual_executed',
            'cost_target_budget',
            'deadline_missed_full_score',
            'deadline_not_binding',
            'duplicate_filing',
            'duplicate_indicator',
            'evaluated_project_quantity',
            'excellent_but_deducted',
            'indicator_blank',
            'overachievement',
            'quantity_is_price',
            'same_facts_different_scores',
            'satisfaction_by_complaints',
            'satisfaction_measures_other',
            'score_above_expected',
            'target_not_measurable',
            'unmet_full_score',
            'unmet_without_reason',
        ],
    }) }}
{%- endmacro %}

{#- The rules of one pass. -#}
{% macro rules_reading(relation) -%}
    {{ return(rules_by_pass()[relation]) }}
{%- endmacro %}

{#- The stored rows of all passes, of one kind: result or tally. -#}
{% macro every_pass(kind) -%}
    {% for relation in rules_by_pass() %}
        select * from {{ ref('int_rule_' ~ kind ~ '_' ~ relation) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{%- endmacro %}

{#- The results of these rules for every subject. A rule of one profile doesn't apply to forms of another. -#}
{% macro rule_outcome(rules) -%}
with

results as (

    {% for rule in rules %}
        select * from {{ ref('rule_' ~ rule) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

projects as (

    select
        project_id,
        rule_profile_id
    from {{ ref('int_project') }}

),

placed as (

    select
        results.*,
        coalesce(
            results.only_profile_id is not null
            and results.only_profile_id <> coalesce(projects.rule_profile_id, ''), false
        ) as is_other_profile
    from results
    -- Only a rule of one profile needs that of the form.
    left join projects
        on case when results.only_profile_id is not null then results.project_id end = projects.project_id

)

select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    project_id,
    indicator_id,
    subject_id,
    item,
    source_line,
    reported_value,
    expected_value,
    reported_text,
    expected_text,
    unit,
    operand_a,
    operand_b,
    operand_c,
    against_line,
    against_last_line,
    reconciliation_id,
    case when is_other_profile then 'not_applicable' else status end as status,
    case when not is_other_profile then reason_code end as reason_code
from placed
{%- endmacro %}

{#- The results of these rules that a reviewer has to look at. -#}
{% macro rule_result(rules) -%}
with

outcomes as (

    select *
    from ({{ rule_outcome(rules) }}) as said
    where status in ('fail', 'not_checkable')

),

reasons as (

    select * from {{ ref('not_checkable_reason') }}

)

select
    outcomes.rule_id,
    outcomes.rule_version,
    outcomes.severity,
    outcomes.document_id,
    outcomes.fiscal_year,
    outcomes.project_id,
    outcomes.indicator_id,
    outcomes.subject_id,
    outcomes.item,
    outcomes.source_line,
    outcomes.reported_value,
    outcomes.expected_value,
    cast(outcomes.reported_value - outcomes.expected_value as {{ figure_type() }}) as difference,
    outcomes.reported_text,
    outcomes.expected_text,
    outcomes.unit,
    outcomes.operand_a,
    outcomes.operand_b,
    outcomes.operand_c,
    outcomes.against_line,
    outcomes.against_last_line,
    outcomes.reconciliation_id,
    outcomes.status,
    outcomes.reason_code,
    reasons.label_zh as reason_zh,
    reasons.label_en as reason_en
from outcomes
left join reasons
    on outcomes.reason_code = reasons.reason_code
{%- endmacro %}

{#-
    The numbers of subjects that pass these rules or that they don't apply to: nine of ten checks, ten times the rows
    of the failed ones, which are never shown one by one. Counted twice: by rule and document, and by form, in rows
    without a rule.
-#}
{% macro rule_tally(rules) -%}
select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    project_id,
    status,
    cast(count(*) as integer) as subjects,
    min(source_line) as source_line
from ({{ rule_outcome(rules) }}) as said
where status in ('pass', 'not_applicable')
group by grouping sets ( -- noqa: PRS
    (rule_id, rule_version, severity, document_id, fiscal_year, status),
    (project_id, status)
)
{%- endmacro %}
