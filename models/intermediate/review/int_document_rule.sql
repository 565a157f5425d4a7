-- The version of each rule that is in force for a document, unless the installation switched the rule off.
with

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

),

rules as (

    select * from {{ ref('review_rule') }}

),

settings as (

    select * from {{ ref('rule_setting') }}

),

tolerances as (

    select * from {{ ref('tolerance') }}

)

select
    documents.document_id as rule_document_id,
    documents.fiscal_year as rule_fiscal_year,
    rules.rule_id,
    rules.version as rule_version,
    coalesce(settings.severity, rules.severity) as rule_severity,
    rules.profile_id as only_profile_id,
    rules.unit as rule_unit,
    cast(tolerances.tolerance as decimal(12, 6)) as rule_tolerance
from documents
inner join rules
    on documents.fiscal_year between rules.valid_from and rules.valid_to
left join tolerances
    on rules.tolerance_code = tolerances.tolerance_code
left join settings
    on rules.rule_id = settings.rule_id
where coalesce(settings.is_on, true)
