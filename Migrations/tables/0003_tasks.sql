-- The work. The rows that change often (task_core, step_core) are narrow and have no payload; payloads stand in
-- insert-only tables beside them. People read the views `tasks` and `steps`.
--
-- `prev_state` and `event` say how a row came to its present state. Every update must carry them: that is how one
-- trigger can write the history from the new rows alone (functions/history.sql), and how it refuses anything else.

create sequence cairn.task_ids as bigint;

create table cairn.task_core (
  id bigint primary key default nextval('cairn.task_ids'),
  namespace_id integer not null,
  template_id bigint not null,
  state cairn.task_state not null,
  prev_state cairn.task_state,
  event cairn.task_event not null,
  priority smallint not null default 0,
  open_steps integer not null check (open_steps >= 0),
  active_steps integer not null check (active_steps >= 0),
  retrying_steps integer not null default 0 check (retrying_steps >= 0),
  failed_steps integer not null default 0 check (failed_steps >= 0),
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  run_at timestamptz
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1);

-- What is not plainly done: lists by state, and the tasks that wait for their time.
create index task_core_unfinished on cairn.task_core (state, id) where state <> 'complete';
create index task_core_scheduled on cairn.task_core (run_at) where state = 'pending';

create table cairn.task_details (
  task_id bigint primary key,
  context jsonb not null,
  headers jsonb not null default '{}',
  tags text[] not null default '{}',
  correlation_id text,
  parent_correlation_id text,
  initiator text,
  source_system text,
  reason text,
  idempotency_key text,
  identity_key text
);

create unique index task_details_identity on cairn.task_details (identity_key) where identity_key is not null;
create index task_details_correlation on cairn.task_details (correlation_id) where correlation_id is not null;
create index task_details_tags on cairn.task_details using gin (tags);

create table cairn.step_core (
  task_id bigint not null,
  step_no integer not null,
  namespace_id integer not null,
  handler_id integer not null,
  state cairn.step_state not null,
  prev_state cairn.step_state,
  event cairn.step_event not null,
  waiting integer not null check (waiting >= 0),
  rank smallint not null,
  attempt smallint not null default 0,
  max_attempts smallint not null,
  worker_id bigint,
  timeout_ms bigint not null,
  run_at timestamptz,
  enqueued_at timestamptz,
  started_at timestamptz,
  expires_at timestamptz,
  finished_at timestamptz,
  dependents integer[] not null,
  primary key (task_id, step_no)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1);

-- The order of claims: `rank` is the negated priority, so that one ascending scan meets high priorities and old tasks
-- first. handler_id is in the index so that a step of a handler the worker has not is passed over without a look at
-- its row.
create index step_core_ready on cairn.step_core (namespace_id, rank, task_id, step_no) include (handler_id)
  where state = 'enqueued';
create index step_core_running on cairn.step_core (worker_id, expires_at) where state = 'in_progress';
create index step_core_retrying on cairn.step_core (run_at) where state = 'waiting_for_retry';

create type cairn.attempt_outcome as enum ('succeeded', 'retryable', 'permanent', 'timed_out', 'lease_lost');

create table cairn.step_attempts (
  task_id bigint not null,
  step_no integer not null,
  attempt smallint not null,
  outcome cairn.attempt_outcome not null,
  worker_id bigint,
  enqueued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz not null,
  result jsonb,
  error jsonb,
  primary key (task_id, step_no, attempt)
);
