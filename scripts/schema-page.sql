-- Renders docs/schema.md from the catalog of a migrated database; partitions of the histories are left out, for their
-- names have dates. From the project's root:
--
--   cairn psql -c 'set search_path = cairn' -qAtf scripts/schema-page.sql >docs/schema.md
with relations as (
  select c.oid, c.relname, c.relkind, obj_description(c.oid) as comment
  from pg_class c
  where c.relnamespace = 'cairn'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
),
columns as (
  select a.attrelid, string_agg(format('| `%s` | `%s`%s | %s |', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then ' not null' else '' end
        || case when a.attidentity <> '' then ', identity' else '' end
        || coalesce(', default `' || trim(regexp_replace(pg_get_expr(d.adbin, d.adrelid), '\s+', ' ', 'g')) || '`', ''),
      replace(coalesce(col_description(a.attrelid, a.attnum), ''), '|', '\|')), E'\n' order by a.attnum) as lines
  from pg_attribute a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped
  group by a.attrelid
),
rules as (
  select x.oid, string_agg(format('- %s', x.line), E'\n' order by x.place, x.line) as lines
  from (
    select conrelid as oid, 1 as place, format('`%s`', pg_get_constraintdef(oid)) as line
    from pg_constraint where contype in ('p', 'u', 'c', 'f', 'x') and conrelid <> 0
    union all
    select i.indrelid, 2, format('`%s`', regexp_replace(pg_get_indexdef(i.indexrelid), ' ON (ONLY )?cairn\.\S+ USING', ' using'))
    from pg_index i
    where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
    union all
    select t.tgrelid, 3, format('trigger `%s` calls `%s`', t.tgname, t.tgfoid::regproc)
    from pg_trigger t where not t.tgisinternal
  ) x
  group by x.oid
),
types as (
  select string_agg(format('- `%s`: %s', t.typname, e.labels), E'\n' order by t.typname) as lines
  from pg_type t
  join (select enumtypid, string_agg('`' || enumlabel || '`', ', ' order by enumsortorder) as labels
    from pg_enum group by enumtypid) e on e.enumtypid = t.oid
  where t.typnamespace = 'cairn'::regnamespace
),
functions as (
  select string_agg(format(E'- `%s(%s)`\n  %s', p.proname, pg_get_function_arguments(p.oid), obj_description(p.oid)),
    E'\n' order by p.proname) as lines
  from pg_proc p
  where p.pronamespace = 'cairn'::regnamespace and obj_description(p.oid) is not null
)
select E'# The schema\n\n'
  || obj_description('cairn'::regnamespace) || E'\n\n'
  || 'This page is made from a migrated database, and a test keeps it true: `scripts/schema-page.sql` makes it.'
  || E'\nIn psql, `\\d+ cairn.tasks` shows the same.\n'
  || (select string_agg(format(E'\n## %s `cairn.%s`\n\n%s\n\n| Column | Type | |\n|---|---|---|\n%s\n', case relkind when 'v' then 'View' else 'Table' end,
      relname, comment, columns.lines) || coalesce(E'\n' || rules.lines || E'\n', ''), '' order by relkind = 'v' desc, relname)
    from relations
    join columns on columns.attrelid = relations.oid
    left join rules on rules.oid = relations.oid)
  || E'\n## Types\n\n' || types.lines || E'\n'
  || E'\n## Functions that are called from outside\n\n' || functions.lines || E'\n'
from types, functions
