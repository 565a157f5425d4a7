with

rules as (

    select * from {{ ref('review_rule') }}

),

categories as (

    select * from {{ ref('rule_category') }}

),

severities as (

    select * from {{ ref('severity') }}

),

settings as (

    select * from {{ ref('rule_setting') }}

),

tolerances as (

    select * from {{ ref('tolerance') }}

)

select
    rules.rule_id,
    rules.version as rule_version,
    severities.severity,
    severities.label_zh as severity_zh,
    severities.label_en as severity_en,
    rules.category,
    categories.label_zh as category_zh,
    categories.label_en as category_en,
    categories.category_order,
    rules.subject,
    rules.is_provable,
    rules.title_zh,
    rules.title_en,
    rules.question_zh,
    rules.question_en,
    rules.why_zh,
    rules.why_en,
    rules.remedy_zh,
    rules.remedy_en,
    rules.passes_zh,
    rules.passes_en,
    rules.formula,
    rules.operands_zh,
    cast(tolerances.tolerance as decimal(12, 6)) as tolerance,
    tolerances.unit as tolerance_unit,
    rules.profile_id as only_profile_id,
    rules.clause,
    rules.valid_from as year_from,
    rules.valid_to as year_to,
    rules.severity as catalogue_severity,
    coalesce(settings.is_on, true) as is_on,
    settings.case_kind,
    settings.why as setting_reason
from rules
inner join categories
    on rules.category = categories.category
left join settings
    on rules.rule_id = settings.rule_id
inner join severities
    on coalesce(settings.severity, rules.severity) = severities.severity
left join tolerances
    on rules.tolerance_code = tolerances.tolerance_code
