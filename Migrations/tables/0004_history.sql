-- The trail: one row per committed change of a state. Partitioned by week, so that old history leaves by dropping a
-- partition; the default partitions catch what no week is made for. Written by triggers only.

create sequence cairn.history_ids as bigint;

create table cairn.task_history (
  id bigint not null default nextval('cairn.history_ids'),
  task_id bigint not null,
  at timestamptz not null,
  event cairn.task_event not null,
  from_state cairn.task_state,
  to_state cairn.task_state not null,
  path cairn.task_state[] not null,
  actor text,
  reason text,
  xid xid8 not null default pg_current_xact_id()
) partition by range (at);

create index task_history_task on cairn.task_history (task_id, id);
create table cairn.task_history_default partition of cairn.task_history default;

create table cairn.step_history (
  id bigint not null default nextval('cairn.history_ids'),
  task_id bigint not null,
  step_no integer not null,
  at timestamptz not null,
  event cairn.step_event not null,
  from_state cairn.step_state,
  to_state cairn.step_state not null,
  path cairn.step_state[] not null,
  attempt smallint not null,
  worker_id bigint,
  actor text,
  reason text,
  xid xid8 not null default pg_current_xact_id()
) partition by range (at);

create index step_history_task on cairn.step_history (task_id, id);
create table cairn.step_history_default partition of cairn.step_history default;
