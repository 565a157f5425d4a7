-- The rule profile of a form: the one it names, else the one whose weights it prints, else that of its region and year.
with

forms as (

    select * from {{ ref('stg_self_evaluation') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

),

assigned as (

    select *
    from {{ ref('int_evaluation_profile') }}
    where evaluation_type = 'self_evaluation'

),

fitting as (

    select * from {{ ref('int_fitting_profile') }}

),

profiles as (

    select
        profile_id,
        cast(substr(cast(valid_from as string), 1, 4) as integer) as year_from,
        cast(substr(cast(valid_to as string), 1, 4) as integer) as year_to
    from {{ ref('rule_profile') }}

),

judged as (

    select
        forms.project_id,
        forms.rule_profile_text,
        coalesce(forms.rule_profile_text, fitting.profile_id, assigned.profile_id) as profile_id,
        case
            when forms.rule_profile_text is null and fitting.profile_id is not null then null
            when forms.rule_profile_text is null and assigned.profiles > 1 then 'profile_ambiguous'
            when forms.rule_profile_text is null and assigned.profile_id is null then 'profile_missing'
            when forms.rule_profile_text is null then null
            when profiles.profile_id is null and {{ matches('forms.rule_profile_text', '[ ,;/+|，；、]') }}
                then 'profile_ambiguous'
            when profiles.profile_id is null then 'profile_unknown'
            when documents.fiscal_year < profiles.year_from or documents.fiscal_year > profiles.year_to
                then 'profile_not_in_force'
        end as profile_problem
    from forms
    inner join documents
        on forms.document_id = documents.document_id
    left join assigned
        on forms.document_id = assigned.document_id
    left join fitting
        on forms.project_id = fitting.project_id
    left join profiles
        on forms.rule_profile_text = profiles.profile_id

)

select
    project_id,
    rule_profile_text,
    profile_problem,
    case when profile_problem is null then profile_id end as rule_profile_id
from judged
