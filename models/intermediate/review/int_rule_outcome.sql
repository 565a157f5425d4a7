-- The result of every rule for every subject: a view, because failed and uncheckable checks are stored by subject,
-- and passed ones are counted. No model reads it. Spark's metastore can't store a view of this length.
{{ config(materialized='view', enabled=target.type != 'spark') }}

{{ rule_outcome(rules_by_pass().values() | sum(start=[])) }}
