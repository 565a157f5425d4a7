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

-- How often a document prints a pair of units, and the same two the other way round.
pairs as (

    select
        document_id,
        printed_competent_id as competent_id,
        printed_implementing_id as implementing_id,
        count(*) as forms
    from named
    where printed_competent_id <> printed_implementing_id
    group by
        document_id,
        printed_competent_id,
        printed_implementing_id

),

opposed as (

    select
        pairs.document_id,
        pairs.competent_id,
        pairs.implementing_id,
        pairs.forms,
        coalesce(exchanged.forms, 0) as exchanged_forms
    from pairs
    left join pairs as exchanged
        on
            pairs.document_id = exchanged.document_id
            and pairs.competent_id = exchanged.implementing_id
            and pairs.implementing_id = exchanged.competent_id

),

-- A unit is above another if most of their forms say so: how many others a unit is above, less those above it.
ranks as (

    select
        document_id,
        unit_id,
        sum(place) as standing
    from (
        select
            document_id,
            competent_id as unit_id,
            1 as place
        from opposed
        where forms > exchanged_forms

        union all

        select
            document_id,
            implementing_id as unit_id,
            -1 as place
        from opposed
        where forms > exchanged_forms
    ) as places
    group by
        document_id,
        unit_id

),

-- A pair that is printed in both directions is exchanged in one: by the standing of the two towards other units, and
-- if that doesn't tell, in the rarer one. A pair printed in one direction may be a department of a department.
exchanged_pairs as (

    select
        opposed.document_id,
        opposed.competent_id,
        opposed.implementing_id
    from opposed
    left join ranks as competent
        on
            opposed.document_id = competent.document_id
            and opposed.competent_id = competent.unit_id
    left join ranks as implementing
        on
            opposed.document_id = implementing.document_id
            and opposed.implementing_id = implementing.unit_id
    where
        opposed.exchanged_forms > 0
        and case
            -- Without what this pair itself says of them.
            when
                coalesce(implementing.standing, 0) + sign(opposed.forms - opposed.exchanged_forms) > 0
                and coalesce(competent.standing, 0) - sign(opposed.forms - opposed.exchanged_forms) <= 0
                then true
            when
                coalesce(competent.standing, 0) - sign(opposed.forms - opposed.exchanged_forms) > 0
                and coalesce(implementing.standing, 0) + sign(opposed.forms - opposed.exchanged_forms) <= 0
                then false
            else opposed.exchanged_forms > opposed.forms
        end

),

placed as (

    select
        named.*,
        exchanged_pairs.document_id is not null as is_unit_exchanged
    from named
    left join exchanged_pairs
        on
            named.document_id = exchanged_pairs.document_id
            and named.printed_competent_id = exchanged_pairs.competent_id
            and named.printed_implementing_id = exchanged_pairs.implementing_id

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
    placed.total_score_text,
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
