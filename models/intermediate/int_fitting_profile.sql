-- The profile whose weights a form prints exactly, class by class. A region's profile that leaves weights to the unit
-- is not replaced by it.
with

forms as (

    select * from {{ ref('stg_self_evaluation') }}

),

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

funds as (

    select * from {{ ref('stg_self_evaluation_fund') }}

),

classes as (

    select * from {{ ref('indicator_class') }}

),

profile_classes as (

    select * from {{ ref('rule_profile_class') }}

),

profile_weights as (

    select * from {{ ref('rule_profile_weight') }}

),

profiles as (

    select
        profile_id,
        cast(substr(cast(valid_from as string), 1, 4) as integer) as year_from,
        cast(substr(cast(valid_to as string), 1, 4) as integer) as year_to
    from {{ ref('rule_profile') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

),

assigned as (

    select
        document_id,
        profile_id
    from {{ ref('int_evaluation_profile') }}
    where evaluation_type = 'self_evaluation'

),

full_profiles as (

    select * from {{ ref('int_full_profile') }}

),

lines as (

    select
        indicators.project_id,
        classes.class_code,
        indicators.weight
    from indicators
    left join classes
        on
            indicators.level1 = classes.level1
            and (classes.level2 is null or indicators.level2 = classes.level2)

    union all

    select
        project_id,
        'execution' as class_code,
        weight
    from funds
    where fund_source = 'total' and weight is not null

),

class_weights as (

    select
        project_id,
        class_code,
        sum(weight) as weight,
        -- A blank weight or a line of no class fits nothing.
        count(*) - count(case when class_code is not null then weight end) as unknown_lines
    from lines
    group by
        project_id,
        class_code

),

known as (

    select
        project_id,
        sum(weight) as weight
    from class_weights
    group by project_id
    having sum(unknown_lines) = 0

),

weighed as (

    select
        class_weights.project_id,
        profile_classes.profile_id,
        profile_classes.weight_class,
        sum(class_weights.weight) as weight
    from class_weights
    inner join profile_classes
        on class_weights.class_code = profile_classes.class_code
    group by
        class_weights.project_id,
        profile_classes.profile_id,
        profile_classes.weight_class

),

fitting as (

    select
        weighed.project_id,
        weighed.profile_id
    from weighed
    inner join full_profiles
        on weighed.profile_id = full_profiles.profile_id
    inner join profile_weights
        on
            weighed.profile_id = profile_weights.profile_id
            and weighed.weight_class = profile_weights.weight_class
            and weighed.weight = profile_weights.weight
    inner join known
        on weighed.project_id = known.project_id
    group by
        weighed.project_id,
        weighed.profile_id,
        known.weight
    -- The classes that fit are all of the profile's and all of the form's.
    having sum(profile_weights.weight) = known.weight and known.weight = max(full_profiles.weight)

)

select
    forms.project_id,
    min(fitting.profile_id) as profile_id
from forms
inner join documents
    on forms.document_id = documents.document_id
inner join fitting
    on forms.project_id = fitting.project_id
inner join profiles
    on
        fitting.profile_id = profiles.profile_id
        and documents.fiscal_year >= profiles.year_from
        and documents.fiscal_year <= coalesce(profiles.year_to, 9999)
left join assigned
    on forms.document_id = assigned.document_id
left join full_profiles
    on assigned.profile_id = full_profiles.profile_id
where assigned.profile_id is null or full_profiles.profile_id is not null
group by forms.project_id
having count(*) = 1
