with

forms as (

    select * from {{ ref('stg_self_evaluation') }}

),

documents as (

    select * from {{ ref('stg_document') }}

),

units as (

    select * from {{ ref('int_unit') }}

),

profiles as (

    select * from {{ ref('int_form_profile') }}

),

totals as (

    select
        project_id,
        initial_budget_yuan,
        annual_budget_yuan,
        executed_yuan
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

named as (

    select
        forms.*,
        documents.organization_id,
        documents.fiscal_year,
        documents.currency,
        competent.unit_id as printed_competent_id,
        competent.unit_name as printed_competent_name,
        implementing.unit_id as printed_implementing_id,
        implementing.unit_name as printed_implementing_name
    from forms
    inner join documents
        on forms.document_id = documents.document_id
    left join units as competent
        on
            documents.organization_id = competent.organization_id
            and forms.competent_unit_text = competent.unit_text
    left join units as implementing
        on
            documents.organization_id = implementing.organization_id
            and forms.implementing_unit_text = implementing.unit_text

),

roles as (

    select
        document_id,
        printed_competent_id as unit_id,
        1 as is_competent
    from named
    where printed_competent_id <> printed_implementing_id

    union all

    select
        document_id,
        printed_implementing_id as unit_id,
        0 as is_competent
    from named
    where printed_competent_id <> printed_implementing_id

),

-- The department of a document: the only unit that is competent for more forms than it implements. With another like
-- it, which is above the other is not known.
departments as (

    select
        document_id,
        unit_id
    from roles
    group by
        document_id,
        unit_id
    having sum(is_competent) > sum(1 - is_competent)

),

department_counts as (

    select
        document_id,
        count(*) as departments,
        min(unit_id) as unit_id
    from departments
    group by document_id

),

placed as (

    select
        named.*,
        coalesce(
            department_counts.departments = 1
            and named.printed_implementing_id = department_counts.unit_id
            and named.printed_competent_id <> department_counts.unit_id,
            false
        ) as is_unit_exchanged
    from named
    left join department_counts
        on named.document_id = department_counts.document_id

)

select
    placed.project_id,
    placed.document_id,
    placed.source_line,
    placed.form_no,
    placed.project_name,
    placed.organization_id,
    placed.fiscal_year,
    placed.currency,
    placed.form_year_text,
    placed.form_year,
    {% for role, other in [('competent', 'implementing'), ('implementing', 'competent')] -%}
        case when placed.is_unit_exchanged then placed.printed_{{ other }}_id else placed.printed_{{ role }}_id end
            as {{ role }}_unit_id,
        case when placed.is_unit_exchanged then placed.printed_{{ other }}_name else placed.printed_{{ role }}_name end
            as {{ role }}_unit_name,
        placed.{{ role }}_unit_text,
    {% endfor -%}
    placed.is_unit_exchanged,
    profiles.rule_profile_id,
    profiles.rule_profile_text,
    profiles.profile_problem,
    count(*) over (partition by placed.document_id, placed.project_name) as forms_of_same_name,
    placed.total_weight,
    placed.total_score,
    placed.total_source_line,
    placed.form_kind,
    placed.grade_text,
    placed.reading,
    -- The same project, unit and amounts in another document of the organization and year: sums count it once.
    placed.project_name is not null
    and placed.document_id <> min(placed.document_id) over (
        partition by
            placed.organization_id,
            placed.fiscal_year,
            placed.currency,
            case when placed.is_unit_exchanged then placed.printed_competent_id else placed.printed_implementing_id end,
            {{ flat_name('placed.project_name') }},
            placed.form_kind = 'department_self_evaluation',
            totals.initial_budget_yuan,
            totals.annual_budget_yuan,
            totals.executed_yuan
    ) as is_repeated
from placed
inner join profiles
    on placed.project_id = profiles.project_id
left join totals
    on placed.project_id = totals.project_id
