-- Explanations of a finding by more than one number: an amount taken from a sister form, a row that was lost, two
-- values that changed places. At most one a finding.
with

failures as (

    select
        document_id,
        project_id,
        rule_id,
        subject_id,
        source_line,
        reported_value,
        expected_value
    from {{ ref('int_rule_result') }}
    where
        status = 'fail'
        and rule_id in (
            'cost_target_budget', 'cost_actual_executed', 'weights_total', 'reported_weight_total', 'reported_total',
            'narrative_figure', 'evaluation_rollup'
        )

),

projects as (

    select
        project_id,
        document_id,
        form_no,
        project_name
    from {{ ref('int_project') }}

),

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

identities as (

    select
        *,
        abs(residual) > allowance as is_broken
    from {{ ref('int_form_identity') }}

),

one_number as (

    select project_id from {{ ref('int_form_hypothesis') }}

),

-- The amount of the next form, or of another form of the project.
borrowed as (

    select
        failures.document_id,
        failures.rule_id,
        failures.subject_id,
        min(sisters.form_no) as form_no
    from failures
    inner join projects as own
        on failures.project_id = own.project_id
    inner join projects as sisters
        on
            own.document_id = sisters.document_id
            and own.project_id <> sisters.project_id
            and (own.project_name = sisters.project_name or abs(own.form_no - sisters.form_no) = 1)
    inner join funds
        on
            sisters.project_id = funds.project_id
            and failures.reported_value = case
                when failures.rule_id = 'cost_target_budget' then funds.annual_budget
                else funds.executed
            end
    where failures.rule_id in ('cost_target_budget', 'cost_actual_executed')
    group by
        failures.document_id,
        failures.rule_id,
        failures.subject_id

),

-- Weights and scores lack what one row would have.
lost_rows as (

    select
        project_id,
        max(case when identity_code = 'full_weight' then -residual end) as weight,
        max(case when identity_code = 'total_score' then -residual end) as score
    from identities
    group by project_id
    having
        count(
            case when is_broken and identity_code not in ('full_weight', 'total_weight', 'total_score') then 1 end
        ) = 0
        and count(case when is_broken and identity_code = 'full_weight' and residual < 0 then 1 end) = 1
        and count(case when is_broken and identity_code = 'total_score' and residual < 0 then 1 end) = 1
        -- The printed total weight is that of the full form.
        and coalesce(max(case when identity_code = 'total_weight' then residual end), 0) = coalesce(
            max(case when identity_code = 'total_weight' then -1 end)
            * max(case when identity_code = 'full_weight' then -residual end), 0
        )
        and max(case when identity_code = 'total_score' then -residual end)
        <= max(case when identity_code = 'full_weight' then -residual end)

),

-- Two figures of a line, each the right value of the other.
exchanged as (

    select
        document_id,
        rule_id,
        source_line
    from failures
    where rule_id in ('narrative_figure', 'evaluation_rollup')
    group by
        document_id,
        rule_id,
        source_line
    having
        count(*) = 2
        and min(reported_value) = min(expected_value)
        and max(reported_value) = max(expected_value)
        and min(reported_value) < max(reported_value)

)

select
    failures.document_id,
    failures.rule_id,
    failures.subject_id,
    case
        when borrowed.form_no is not null then 'borrowed'
        when exchanged.source_line is not null then 'exchanged'
        else 'lost_row'
    end as phrase,
    cast(borrowed.form_no as integer) as form_no,
    {{ figure('case when exchanged.source_line is not null then failures.reported_value else lost_rows.weight end') }}
        as value,
    {{ figure('case when exchanged.source_line is not null then failures.expected_value else lost_rows.score end') }}
        as would_be
from failures
left join borrowed
    on
        failures.document_id = borrowed.document_id
        and failures.rule_id = borrowed.rule_id
        and failures.subject_id = borrowed.subject_id
left join exchanged
    on
        failures.document_id = exchanged.document_id
        and failures.rule_id = exchanged.rule_id
        and failures.source_line = exchanged.source_line
left join one_number
    on failures.project_id = one_number.project_id
left join lost_rows
    on
        failures.project_id = lost_rows.project_id
        and failures.rule_id in ('weights_total', 'reported_weight_total', 'reported_total')
        and one_number.project_id is null
where borrowed.form_no is not null or exchanged.source_line is not null or lost_rows.project_id is not null
