-- The weights of a form as each rule profile adds them up, beside what the profile prescribes.
with

form_classes as (

    select * from {{ ref('int_form_class') }}

),

projects as (

    select
        project_id,
        document_id
    from {{ ref('int_project') }}

),

profile_classes as (

    select * from {{ ref('rule_profile_class') }}

),

profile_weights as (

    select * from {{ ref('rule_profile_weight') }}

),

summed as (

    select
        form_classes.project_id,
        profile_classes.profile_id,
        profile_classes.weight_class,
        sum(form_classes.weight) as form_weight,
        sum(form_classes.blank_weights) as blank_weights
    from form_classes
    inner join profile_classes
        on form_classes.class_code = profile_classes.class_code
    group by
        form_classes.project_id,
        profile_classes.profile_id,
        profile_classes.weight_class

)

select
    projects.project_id,
    projects.document_id,
    profile_weights.profile_id,
    profile_weights.weight_class,
    coalesce(summed.form_weight, 0) as form_weight,
    coalesce(summed.blank_weights, 0) as blank_weights,
    profile_weights.weight as profile_weight
from projects
cross join profile_weights
left join summed
    on
        projects.project_id = summed.project_id
        and profile_weights.profile_id = summed.profile_id
        and profile_weights.weight_class = summed.weight_class
