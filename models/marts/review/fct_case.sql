with

findings as (

    select * from {{ ref('fct_finding') }}

),

members as (

    select * from {{ ref('int_case_finding') }}

),

rules as (

    select distinct
        rule_id,
        version,
        title_zh,
        title_en
    from {{ ref('review_rule') }}

),

phrases as (

    select * from {{ ref('finding_phrase') }}
    where phrase = 'habit'

),

gathered as (

    select
        members.case_id,
        max(case when members.finding_no = 1 then members.finding_id end) as finding_id,
        max(case when members.is_habit then 1 else 0 end) as is_habit,
        count(*) as findings,
        count(case when findings.is_open then 1 end) as open_findings,
        count(distinct findings.project_id) as forms,
        max(findings.points_at_stake) as points_at_stake,
        sum(findings.points_at_stake) as points_of_all,
        max(findings.amount_at_stake_yuan) as amount_at_stake_yuan,
        max(findings.hypothesis) as hypothesis,
        max(findings.hypothesis_en) as hypothesis_en
    from members
    inner join findings
        on members.finding_id = findings.finding_id
    group by members.case_id

)

select
    gathered.case_id,
    case when gathered.is_habit = 1 then 'habit' else 'slip' end as case_kind,
    gathered.finding_id,
    first_findings.rule_id,
    first_findings.rule_version,
    first_findings.severity,
    first_findings.category,
    first_findings.document_id,
    first_findings.fiscal_year,
    case when gathered.is_habit = 0 then first_findings.project_id end as project_id,
    case when gathered.is_habit = 0 then first_findings.form_no end as form_no,
    case when gathered.is_habit = 0 then first_findings.project_name end as project_name,
    cast(gathered.forms as integer) as forms,
    cast(gathered.findings as integer) as findings,
    cast(gathered.open_findings as integer) as open_findings,
    first_findings.source_line,
    first_findings.source_place,
    first_findings.reported,
    first_findings.expected,
    case
        when gathered.is_habit = 1
            then {{ filled('phrases.text_zh', {
                'title': 'rules.title_zh', 'findings': 'cast(gathered.findings as string)',
                'forms': 'cast(gathered.forms as string)'
            }) }}
        else first_findings.message_zh
    end as message_zh,
    case
        when gathered.is_habit = 1
            then {{ filled('phrases.text_en', {
                'title': 'rules.title_en', 'findings': 'cast(gathered.findings as string)',
                'forms': 'cast(gathered.forms as string)'
            }) }}
        else first_findings.message_en
    end as message_en,
    case when gathered.is_habit = 0 then gathered.hypothesis end as hypothesis,
    case when gathered.is_habit = 0 then gathered.hypothesis_en end as hypothesis_en,
    -- The points of a habit add up; those of a slip are one difference, seen from several sides.
    cast(
        case when gathered.is_habit = 1 then gathered.points_of_all else gathered.points_at_stake end
        as decimal(12, 2)
    ) as points_at_stake,
    gathered.amount_at_stake_yuan,
    gathered.open_findings > 0 as is_open
from gathered
inner join findings as first_findings
    on gathered.finding_id = first_findings.finding_id
inner join rules
    on
        first_findings.rule_id = rules.rule_id
        and first_findings.rule_version = rules.version
cross join phrases
