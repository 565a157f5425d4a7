{#-
    Several columns are a key together. Rows of equal hashes are found first: a table of numbers fits ten times as
    many rows into the memory as one of texts.
-#}
{% test unique_together(model, columns) %}

with

hashed as (

    select {{ hash_of(columns) }} as row_hash
    from {{ model }}

),

doubtful as (

    {{ repeated_values('row_hash', 'hashed') }}

)

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
where {{ hash_of(columns) }} in (select row_hash from doubtful)
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
