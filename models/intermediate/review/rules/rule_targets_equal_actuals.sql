with

indicators as (

    -- A printed bound needn't be met exactly, and a copied one is another rule.
    select *
    from {{ ref('int_reviewed_indicator') }}
    where
        class_code in ('cost', 'quantity')
        and value_kind in ('money', 'quantity', 'unit_price')
        and target_value is not null
        and actual_value is not null
        and not is_comparator_printed
        and actual_comparator is null

),

parameters as (

    {{ parameters(['equal_actuals_share', 'statistics_forms']) }}

),

document_profiles as (

    select *
    from {{ ref('int_evaluation_profile') }}
    where evaluation_type = 'self_evaluation'

),

counted as (

    select
        document_id,
        class_code,
        min(source_line) as source_line,
        max(level2) as level2,
        count(*) as indicators,
        count(distinct project_id) as forms,
        sum(case when target_value = actual_value then 1 else 0 end) as equal_indicators
    from indicators
    group by
        document_id,
        class_code

),

judged_documents as (

    select
        counted.*,
        parameters.equal_actuals_share,
        parameters.statistics_forms
    from counted
    left join document_profiles
        on counted.document_id = document_profiles.document_id
    left join parameters
        on document_profiles.profile_id = parameters.profile_id

)

{{- rule_results(
    'judged_documents',
    subject="concat_ws('|', document_id, class_code)",
    line='source_line',
    item='level2',
    reported="100 * " ~ ratio('equal_indicators', 'indicators'),
    expected='100 * equal_actuals_share',
    unit="rule_unit",
    operand_a='equal_indicators',
    operand_b='indicators',
    reason="case when forms < statistics_forms then 'too_few_forms' when equal_actuals_share is null then 'profile_missing' end",
    holds=ratio('equal_indicators', 'indicators') ~ ' < equal_actuals_share'
) }}
