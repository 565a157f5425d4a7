{{ config(tags=['across_organizations']) }}

with

measures as (

    select * from {{ ref('ranking_measure') }}

),

valued as (

    {% if is_laid_over() %}
        -- The values of all organizations are included: changed values move the ranks of the others.
        select
            *,
            status = 'ambiguous' as is_ambiguous
        from {{ laid_over_rows() }}
    {% else %}
        select * from {{ ref('int_organization_value') }}
    {% endif %}

),

placed as (

    select
        valued.organization_id,
        valued.organization_name,
        valued.fiscal_year,
        valued.peer_group,
        valued.peer_group_label,
        valued.measure_code,
        valued.measure_label,
        valued.direction,
        measures.min_peers,
        valued.is_ambiguous,
        valued.value,
        valued.document_id,
        valued.source_line
    from valued
    inner join measures
        on valued.measure_code = measures.measure_code

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
        -- Tied organizations share the rank.
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
    -- The share of the others that are behind, plus half of those that are tied.
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
