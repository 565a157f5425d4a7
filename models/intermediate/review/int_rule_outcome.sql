-- What every rule says of every subject: a view, since what fails or can't be checked is stored subject by subject,
-- and what passes is counted. Nothing is built on it. Spark's metastore holds no view of so many characters.
{{ config(materialized='view', enabled=target.type != 'spark') }}

{{ rule_outcome(rules_by_pass().values() | sum(start=[])) }}
