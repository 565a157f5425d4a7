-- The case of each finding. A rule that a document breaks time and again is a habit: one case. An installation may say
-- otherwise of a rule. Findings of a form about one line are one slip, and its totals belong to the line that would put
-- all of them right; a deduction on that line is part of the slip and not of a habit.
with

findings as (

    select * from {{ ref('int_finding') }}

),

identity_rules as (

    select rule_id from {{ ref('identity_rule') }}

),

settings as (

    select
        rule_id,
        case_kind
    from {{ ref('rule_setting') }}

),

deduction_rules as (

    select rule_id from {{ ref('deduction_rule') }}

),

-- The lines whose score is possibly the slip that makes a total wrong.
slips as (

    select distinct
        project_id,
        hypothesis_line
    from findings
    where hypothesis_line is not null

),

funds as (

    select * from {{ ref('int_reviewed_fund') }}

),

-- The only source of a form's funds repeats the total: their findings are one slip.
repeated_sources as (

    select
        totals.project_id,
        totals.source_line as total_line,
        max(sources.source_line) as source_line
    from funds as totals
    inner join funds as sources
        on
            totals.project_id = sources.project_id
            and sources.fund_source <> 'total'
            and coalesce(nullif(sources.annual_budget, 0), nullif(sources.executed, 0)) is not null
    where totals.fund_source = 'total'
    group by
        totals.project_id,
        totals.source_line,
        totals.annual_budget,
        totals.executed
    having
        count(*) = 1
        and coalesce(max(sources.annual_budget), 0) = coalesce(totals.annual_budget, 0)
        and coalesce(max(sources.executed), 0) = coalesce(totals.executed, 0)

),

parameters as (

    {{ common_parameter('habit_findings', 'integer') }}

),

counted as (

    select
        findings.*,
        coalesce(repeated_sources.total_line, findings.source_line) as case_line,
        identity_rules.rule_id is not null as is_identity,
        case
            when settings.case_kind is not null then settings.case_kind = 'habit'
            when deduction_rules.rule_id is not null and slips.project_id is not null then false
            else
                count(*) over (partition by findings.document_id, findings.rule_id) >= parameters.habit_findings
                and findings.severity <> 'E'
        end as is_habit
    from findings
    cross join parameters
    left join repeated_sources
        on
            findings.project_id = repeated_sources.project_id
            and findings.source_line = repeated_sources.source_line
            and findings.category = 'funds'
    left join settings
        on findings.rule_id = settings.rule_id
    left join identity_rules
        on findings.rule_id = identity_rules.rule_id
    left join deduction_rules
        on findings.rule_id = deduction_rules.rule_id
    left join slips
        on
            findings.project_id = slips.project_id
            and findings.source_line = slips.hypothesis_line

),

causes as (

    select
        *,
        case
            when is_habit then concat_ws('|', document_id, rule_id)
            when project_id is null then concat_ws('|', document_id, 'line', cast(source_line as string))
            when is_identity and hypothesis_line is not null
                then concat_ws('|', project_id, 'line', cast(hypothesis_line as string))
            -- Without one number that explains them, the totals of a form have the same cause.
            when is_identity and indicator_id is null and category = 'scores' then concat_ws('|', project_id, 'scores')
            else concat_ws('|', project_id, 'line', cast(case_line as string))
        end as cause
    from counted

)

select
    {{ key_of(['cause']) }} as case_id,
    cause,
    finding_id,
    is_habit,
    row_number() over (
        partition by cause
        order by
            case severity when 'E' then 1 when 'W' then 2 else 3 end asc,
            -- The line before the total that it makes wrong.
            case when indicator_id is null then 1 else 0 end asc,
            abs(difference) desc nulls last,
            source_line asc,
            finding_id asc
    ) as finding_no
from causes
