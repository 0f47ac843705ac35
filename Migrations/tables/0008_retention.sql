-- How long finished tasks and the history are kept; null for ever, which is the default.

create table cairn.retention (
  one boolean primary key default true check (one),
  keep_tasks interval check (keep_tasks >= interval '1 hour'),
  keep_history interval check (keep_history >= interval '1 day'),
  changed_at timestamptz,
  changed_by text
);

insert into cairn.retention default values;

-- Tasks are made in the order of time, so the old ones stand together. A BRIN index costs next to nothing, and keeps the
-- updates of a task's row on their page.
create index task_core_age on cairn.task_core using brin (created_at) with (pages_per_range = 32);
