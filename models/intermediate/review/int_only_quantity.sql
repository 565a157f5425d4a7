with

quantities as (

    select *
    from {{ ref('int_reviewed_indicator') }}
    where class_code = 'quantity'

),

funds as (

    select *
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

parameters as (

    {{ common_parameter('boilerplate_forms', 'integer') }}

),

counted as (

    select
        project_id,
        count(*) as quantities
    from quantities
    group by project_id

),

-- 覆盖社区 is 覆盖社区数量, 11 is 11个.
only_ones as (

    select
        quantities.*,
        {{ replace_all('quantities.level3_name', '数量?$', '') }} as thing,
        funds.executed_yuan
    from quantities
    inner join counted
        on
            quantities.project_id = counted.project_id
            and counted.quantities = 1
    left join funds
        on quantities.project_id = funds.project_id

),

-- The few quantities that many projects have in common.
common as (

    select
        only_ones.document_id,
        only_ones.thing,
        only_ones.target_value
    from only_ones
    cross join parameters
    where only_ones.value_kind = 'quantity'
    group by
        only_ones.document_id,
        only_ones.thing,
        only_ones.target_value
    having count(distinct only_ones.project_name) >= max(parameters.boilerplate_forms)

),

-- 核酸检测覆盖社区数量 is another 覆盖社区数量.
matched as (

    select
        only_ones.indicator_id,
        only_ones.document_id,
        only_ones.project_name,
        only_ones.executed_yuan,
        common.target_value,
        min(common.thing) as thing
    from only_ones
    inner join common
        on
            only_ones.document_id = common.document_id
            and only_ones.target_value = common.target_value
            and only_ones.thing like concat('%', common.thing)
            and only_ones.value_kind = 'quantity'
    group by
        only_ones.indicator_id,
        only_ones.document_id,
        only_ones.project_name,
        only_ones.executed_yuan,
        common.target_value

),

shared as (

    select
        document_id,
        thing,
        target_value,
        count(distinct project_name) as projects,
        count(*) as forms,
        sum(executed_yuan) as executed_yuan
    from matched
    group by
        document_id,
        thing,
        target_value

),

compared as (

    select
        only_ones.*,
        coalesce(shared.projects, 1) as projects,
        shared.forms,
        cast(round(shared.executed_yuan / 10000, 2) as {{ figure_type() }}) as executed_together,
        parameters.boilerplate_forms
    from only_ones
    cross join parameters
    left join matched
        on only_ones.indicator_id = matched.indicator_id
    left join shared
        on
            matched.document_id = shared.document_id
            and matched.thing = shared.thing
            and matched.target_value = shared.target_value

)

select
    document_id,
    project_id,
    indicator_id,
    source_line,
    item_label,
    target_text,
    value_kind,
    thing,
    projects,
    forms,
    executed_together,
    boilerplate_forms
from compared
