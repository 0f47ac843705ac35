-- How long finished tasks and the history are kept; null for ever, which is the default.

create table cairn.retention (
  one boolean primary key default true check (one),
  keep_tasks interval check (keep_tasks >= interval '1 hour'),
  keep_history interval check (keep_history >= interval '1 day'),
  changed_at timestamptz,
  changed_by text
);

insert into cairn.retention default values;
