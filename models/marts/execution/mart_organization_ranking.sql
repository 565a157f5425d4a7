{{ config(tags=['across_organizations']) }}

with

documents as (

    select * from {{ ref('stg_document') }}

),

kinds as (

    select * from {{ ref('int_organization_kind') }}

),

measures as (

    select * from {{ ref('ranking_measure') }}

),

document_values as (

    select * from {{ ref('int_organization_measure') }}

),

organizations as (

    select distinct
        organization_id,
        fiscal_year
    from documents

),

valued as (

    select
        documents.organization_id,
        documents.fiscal_year,
        document_values.measure_code,
        count(*) as given_values,
        case when count(*) = 1 then max(document_values.value) end as value,
        case when sum(document_values.documents) = 1 then max(document_values.document_id) end as document_id,
        case when sum(document_values.documents) = 1 then max(document_values.source_line) end as source_line
    from document_values
    inner join documents
        on document_values.document_id = documents.document_id
    group by
        documents.organization_id,
        documents.fiscal_year,
        document_values.measure_code

),

placed as (

    {% if is_laid_over() %}

    -- The values of all organizations are there; those that came in change the places of the others.
        select
            ranked.organization_id,
            ranked.organization_name,
            ranked.fiscal_year,
            ranked.peer_group,
            ranked.peer_group_label,
            ranked.measure_code,
            ranked.measure_label,
            ranked.direction,
            measures.min_peers,
            ranked.status = 'ambiguous' as is_ambiguous,
            ranked.value,
            ranked.document_id,
            ranked.source_line
        from {{ this }} as ranked
        inner join measures
            on ranked.measure_code = measures.measure_code

    {% else %}

        select
            organizations.organization_id,
            kinds.organization_name,
            organizations.fiscal_year,
            concat_ws('-', kinds.kind_code, cast(organizations.fiscal_year as string)) as peer_group,
            concat_ws('', kinds.label_zh, '，', cast(organizations.fiscal_year as string), '年') as peer_group_label,
            measures.measure_code,
            measures.label_zh as measure_label,
            measures.direction,
            measures.min_peers,
            coalesce(valued.given_values > 1, false) as is_ambiguous,
            valued.value,
            valued.document_id,
            valued.source_line
        from organizations
        inner join kinds
            on organizations.organization_id = kinds.organization_id
        cross join measures
        left join valued
            on
                organizations.organization_id = valued.organization_id
                and organizations.fiscal_year = valued.fiscal_year
                and measures.measure_code = valued.measure_code

    {% endif %}

),

judged as (

    select
        *,
        case direction
            when 'higher' then value
            when 'lower' then -value
            when 'nearer_zero' then -abs(value)
        end as goodness
    from placed

),

counted as (

    select
        *,
        count(goodness) over (partition by peer_group, measure_code) as peers,
        count(goodness) over (partition by peer_group, measure_code, goodness) as equals,
        -- Organizations that tie share the place, so nothing breaks the tie.
        rank() over (partition by peer_group, measure_code order by goodness desc nulls last) as place
    from judged

)

select
    {{ key_of(['organization_id', 'fiscal_year', 'measure_code']) }} as organization_ranking_id,
    organization_id,
    organization_name,
    cast(fiscal_year as integer) as fiscal_year,
    peer_group,
    peer_group_label,
    measure_code,
    measure_label,
    direction,
    cast(value as decimal(12, 6)) as value,
    cast(peers as integer) as peers,
    cast(case when value is not null then place end as integer) as rank,
    -- Of the others, those behind and half of those that are level.
    case
        when value is not null and peers >= min_peers
            then {{ ratio('peers - place - equals + 1 + (equals - 1) / 2.0', 'peers - 1') }}
    end as percentile,
    case
        when is_ambiguous then 'ambiguous'
        when value is null then 'no_value'
        when peers < min_peers then 'too_few_peers'
        else 'ranked'
    end as status,
    document_id,
    source_line
from counted
