{#- The rows of a model that belong to a form with a broken identity. -#}
{% macro of_broken_forms(model) -%}
    select *
    from {{ ref(model) }}
    where project_id in (select identities.project_id from {{ ref('int_form_identity') }} as identities)
{%- endmacro %}
