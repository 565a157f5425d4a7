-- The one printed number of a form whose change would restore all of its identities, if there is exactly one. The
-- printed total is left out: the finding itself already gives the sum.
with

judged as (

    select
        *,
        abs(residual) > allowance as is_broken,
        max(case when identity_code = 'full_weight' and abs(residual) > allowance then 1 else 0 end)
            over (partition by project_id) as misses_full_weight
    from {{ ref('int_form_term') }}

),

-- A printed total weight that is the sum of weights with a slip proves none of them.
identities as (

    select *
    from judged
    where is_broken or identity_code <> 'total_weight' or misses_full_weight = 0

),

numbers as (

    select * from {{ ref('int_form_number') }}

),

tolerances as (

    select tolerance
    from {{ ref('tolerance') }}
    where tolerance_code = 'number'

),

-- Reasons why a number of a line is wrong whatever the sums are: a score above its weight, a negative score, more
-- executed than budgeted.
bounds as (

    select
        project_id,
        count(distinct concat_ws('|', cast(source_line as string), cell_code)) as numbers_out_of_bounds,
        min(source_line) as line_out_of_bounds,
        min(cell_code) = 'executed' as is_amount_out_of_bounds
    from numbers
    where cell_code in ('score', 'executed') and (value < low or value > high)
    group by project_id

),

broken as (

    select
        project_id,
        count(distinct identity_code) as broken_identities
    from identities
    where is_broken
    group by project_id

),

candidates as (

    select
        identities.project_id,
        identities.number_id,
        count(distinct case when identities.is_broken then identities.identity_code end) as repaired,
        max((-identities.residual - identities.allowance * sign(identities.coefficient)) / identities.coefficient)
            as least_change,
        min((-identities.residual + identities.allowance * sign(identities.coefficient)) / identities.coefficient)
            as greatest_change,
        -- The most precise of the broken identities determines the difference.
        min_by(
            case when identities.is_broken then -identities.residual / identities.coefficient end,
            case when identities.is_broken then identities.allowance / abs(identities.coefficient) end
        ) as needed_change
    from identities
    inner join broken
        on identities.project_id = broken.project_id
    where identities.coefficient <> 0
    group by
        identities.project_id,
        identities.number_id

),

restoring as (

    select
        numbers.project_id,
        numbers.number_id,
        numbers.cell_code,
        numbers.unit,
        numbers.source_line,
        numbers.value,
        {{ figure('numbers.value + candidates.needed_change') }} as would_be
    from candidates
    inner join broken
        on
            candidates.project_id = broken.project_id
            and candidates.repaired = broken.broken_identities
    inner join numbers
        on
            candidates.project_id = numbers.project_id
            and candidates.number_id = numbers.number_id
    cross join tolerances
    left join bounds
        on candidates.project_id = bounds.project_id
    where
        numbers.number_id <> 'total_score'
        and candidates.needed_change >= candidates.least_change - tolerances.tolerance
        and candidates.needed_change <= candidates.greatest_change + tolerances.tolerance
        and numbers.value + candidates.needed_change >= coalesce(numbers.low, 0)
        and (numbers.high is null or numbers.value + candidates.needed_change <= numbers.high)
        and (
            bounds.numbers_out_of_bounds is null
            -- Another weight mends no amount above its budget.
            or (
                bounds.numbers_out_of_bounds = 1
                and bounds.line_out_of_bounds = numbers.source_line
                and bounds.is_amount_out_of_bounds
                = (numbers.cell_code in ('initial_budget', 'annual_budget', 'executed'))
            )
        )

),

counted as (

    select
        *,
        count(*) over (partition by project_id) as candidates
    from restoring

)

select
    project_id,
    cell_code,
    unit,
    source_line,
    value,
    would_be
from counted
where candidates = 1
