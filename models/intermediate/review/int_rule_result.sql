-- What every rule says of every subject. A rule of one profile has nothing to say of forms of another.
{%- set rules = [
    'account_identity',
    'actual_restates_operator',
    'amount_finer_than_fen',
    'amount_rounding',
    'back_filled_budget',
    'class_weight',
    'comparator_direction',
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
    'indicator_blank',
    'mandatory_class_missing',
    'narrative_figure',
    'number_unreadable',
    'overachievement',
    'project_name_year',
    'project_table',
    'projects_above_department',
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
    'target_not_measurable',
    'unmet_full_score',
    'unmet_without_reason',
    'weight_blank',
    'weights_fit_no_profile',
    'weights_total',
] %}
with

results as (

    {% for rule in rules %}
        select * from {{ ref('rule_' ~ rule) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

document_rules as (

    select * from {{ ref('int_document_rule') }}

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
            document_rules.only_profile_id is not null
            and document_rules.only_profile_id <> coalesce(projects.rule_profile_id, ''), false
        ) as is_other_profile
    from results
    inner join document_rules
        on
            results.document_id = document_rules.rule_document_id
            and results.rule_id = document_rules.rule_id
            and results.rule_version = document_rules.rule_version
    left join projects
        on results.project_id = projects.project_id

)

select
    {{ key_of(['rule_id', 'document_id', 'subject_id']) }} as rule_result_id,
    rule_id,
    rule_version,
    document_id,
    project_id,
    indicator_id,
    subject_id,
    item,
    source_line,
    reported_value,
    expected_value,
    cast(reported_value - expected_value as decimal(20, 6)) as difference,
    reported_text,
    expected_text,
    unit,
    operand_a,
    operand_b,
    operand_c,
    case when is_other_profile then 'not_applicable' else status end as status,
    case when not is_other_profile then reason_code end as reason_code
from placed
