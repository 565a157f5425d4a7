-- The facts that several documents of a unit and year print. They are identified by their keys: complete findings
-- would not fit into memory.
with

keys as (

    select facts_id
    from {{ ref('int_failure') }}

),

hashed as (

    select {{ hash_of(['facts_id']) }} as facts_hash
    from keys

),

doubtful as (

    {{ repeated_values('facts_hash', 'hashed') }}

)

select facts_id
from keys
where {{ hash_of(['facts_id']) }} in (select doubtful.facts_hash from doubtful)
group by facts_id
having count(*) > 1
