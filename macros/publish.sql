{#-
    Publish the marts that a build made on a cluster: completely, or with the rows of the computed organizations
    overlaid on those of all others, by the same rule as `jixiao.builds.overlay` on DuckDB: a row belongs to an
    organization by its organization_id, else by its document_id; a table with neither is the same for all.

    Each table is written beside the one that it replaces. When all are complete, they are switched, one by one. A
    table across organizations stays beside it, as input of its model: see `laid_over_rows`.

    `storage` is the address of the folder for the cluster. Unless everything was computed, the Parquet in its folder
    build_replaced lists the documents whose organizations changed.
-#}
{% macro publish(storage, is_whole) -%}
    {%- do only_on_spark('publish') -%}
    {%- set marts = [] -%}
    {%- for model in graph.nodes.values() if model.resource_type == 'model' and 'marts' in model.fqn -%}
        {%- do marts.append(model) if 'after_gates' not in model.tags -%}
    {%- endfor -%}
    {%- set seeds = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed')
        | selectattr('schema', 'equalto', work_prefix() ~ 'reference') | list -%}
    {%- for schema in (marts + seeds) | map(attribute='schema') | unique | sort -%}
        {%- do external_schema(published_schema(schema), storage) -%}
    {%- endfor -%}
    {%- for seed in seeds -%}
        {%- do external_table(published_schema(seed.schema), seed.alias, storage) -%}
    {%- endfor -%}
    {%- for mart in marts -%}
        {%- set laid = laid_table(mart, is_whole) -%}
        {%- do run_query("drop table if exists " ~ laid) -%}
        {%- do run_query(
            "create table " ~ laid ~ " using parquet comment '" ~ mart.description | replace("'", "\\'") ~ "' as "
            ~ laid_rows(mart, storage, is_whole)
        ) -%}
    {%- endfor -%}
    {%- for mart in marts if is_whole or 'across_organizations' not in mart.tags -%}
        {%- set published = published_schema(mart.schema) ~ '.' ~ mart.alias -%}
        {%- do run_query("drop table if exists " ~ published) -%}
        {%- do run_query("alter table " ~ laid_table(mart, is_whole) ~ " rename to " ~ published) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro published_schema(schema) -%}
    {{ return(schema[work_prefix() | length:]) }}
{%- endmacro %}

{% macro laid_suffix() -%}
    {{ return('__laid') }}
{%- endmacro %}

{#- The name under which a table is written; it can only be renamed within its schema. -#}
{% macro laid_table(mart, is_whole) -%}
    {%- set stays = not is_whole and 'across_organizations' in mart.tags -%}
    {{ return((mart.schema if stays else published_schema(mart.schema)) ~ '.' ~ mart.alias ~ laid_suffix()) }}
{%- endmacro %}

{#- The rows of a published table after the build. -#}
{% macro laid_rows(mart, storage, is_whole) -%}
    {%- set built = api.Relation.create(schema=mart.schema, identifier=mart.alias, type='table') -%}
    {%- set columns = adapter.get_columns_in_relation(built) | map(attribute='name') | list -%}
    {%- set listed = columns | join(', ') -%}
    {%- set replaced = "(select document_id from parquet.`" ~ storage ~ "/build_replaced`)" -%}
    {%- if 'organization_id' in columns -%}
        {%- set key = 'organization_id' -%}
        {%- set replaced = "(select organization_id from core.dim_document left semi join " ~ replaced
            ~ " as documents on dim_document.document_id = documents.document_id"
            ~ " union select organization_id from " ~ work_prefix() ~ "core.dim_document)" -%}
    {%- else -%}
        {%- set key = 'document_id' -%}
    {%- endif -%}
    {%- if is_whole or key not in columns -%}
        {{ return("select " ~ listed ~ " from " ~ built) }}
    {%- endif -%}
    {{ return(
        "select " ~ listed ~ " from " ~ published_schema(mart.schema) ~ "." ~ mart.alias ~ " as published"
        ~ " left anti join " ~ replaced ~ " as replaced on published." ~ key ~ " = replaced." ~ key
        ~ " union all select " ~ listed ~ " from " ~ built
    ) }}
{%- endmacro %}
