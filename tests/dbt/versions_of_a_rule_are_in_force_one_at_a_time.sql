-- Two versions in force in one year would judge each subject twice.
select
    former.rule_id,
    former.version,
    latter.version as other_version
from {{ ref('review_rule') }} as former
inner join {{ ref('review_rule') }} as latter
    on
        former.rule_id = latter.rule_id
        and former.version < latter.version
        and former.valid_from <= latter.valid_to
        and former.valid_to >= latter.valid_from
