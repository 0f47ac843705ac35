-- What happens after a failure, and what operators may do about it.

-- Attempts that no handler finished: stopped because the task was being ended, or settled by an operator.
alter type cairn.attempt_outcome add value 'cancelled';
alter type cairn.attempt_outcome add value 'completed_manually';
alter type cairn.attempt_outcome add value 'resolved_manually';

-- `on_failure` says what a step's final failure does to its task: `error` and `block` keep the dependants from running
-- and end or hold the task; `continue` gives the failure to the dependants as input; `skip_dependents` skips them.
create type cairn.failure_action as enum ('error', 'block', 'continue', 'skip_dependents');

alter table cairn.templates
  add column give_up_after_ms bigint check (give_up_after_ms > 0),
  add column fail_fast boolean not null default false,
  add column stale jsonb,
  add column delayed_root_count integer not null default 0;
alter table cairn.template_steps
  add column on_failure cairn.failure_action not null default 'error',
  add column delay_ms bigint check (delay_ms > 0);

-- `ending`: where the task goes as soon as none of its steps runs any more; until then it is being stopped.
-- `state_at`: since when it is in its state. `moved_at`: when one of its steps last made a difference.
-- `failed_steps` count failures that keep the task from completing, `blocking_steps` those of them that only hold it;
-- `tolerated_steps` failed without that; `dropped_steps` were skipped or cancelled; `delayed_steps` are ready but for
-- their delay.
alter table cairn.task_core
  add column ending cairn.task_state check (ending in ('cancelled', 'error')),
  add column blocking_steps integer not null default 0 check (blocking_steps >= 0),
  add column tolerated_steps integer not null default 0 check (tolerated_steps >= 0),
  add column dropped_steps integer not null default 0 check (dropped_steps >= 0),
  add column delayed_steps integer not null default 0 check (delayed_steps >= 0),
  add column state_at timestamptz,
  add column moved_at timestamptz;

-- `stopping`: the step runs, but whatever it reports is not wanted any more.
-- `delay_ms`: how long it waits once its dependencies are met; `run_at` of a pending step is when that is over.
-- `suspect`: its workers died under it so often that its next attempt is its last; it runs apart from its like.
alter table cairn.step_core
  add column stopping boolean not null default false,
  add column delay_ms bigint,
  add column suspect boolean not null default false;

create index step_core_suspect on cairn.step_core (namespace_id, task_id, step_no)
  where state = 'enqueued' and suspect;
create index step_core_delayed on cairn.step_core (run_at) where state = 'pending' and run_at is not null;

-- A paused namespace lets running steps finish and starts nothing.
alter table cairn.namespaces
  add column paused_at timestamptz,
  add column paused_by text,
  add column paused_reason text;

-- Who asked a worker to leave; the worker learns it with its next heartbeat.
alter table cairn.workers
  add column drained_by text,
  add column drain_reason text;

-- What operators did: one row an action, with who, as which role, from where, and why. Append-only.
create table cairn.operator_actions (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  action text not null,
  task_id bigint,
  step_no integer,
  actor text not null,
  reason text not null,
  role text not null,
  address text,
  details jsonb not null default '{}',
  xid xid8 not null default pg_current_xact_id()
);

create index operator_actions_task on cairn.operator_actions (task_id, id) where task_id is not null;

-- Tasks that somebody has to look at: one open entry a task, with the task as it was.
create type cairn.dead_letter_reason as enum ('retries_exhausted', 'permanent_error', 'poison', 'stale', 'manual');
create type cairn.dead_letter_status as enum ('pending', 'investigating', 'resolved', 'permanently_failed', 'cancelled');

create table cairn.dead_letters (
  id bigint generated always as identity primary key,
  task_id bigint not null,
  reason cairn.dead_letter_reason not null,
  status cairn.dead_letter_status not null default 'pending',
  message text not null,
  snapshot jsonb not null,
  notes jsonb not null default '[]',
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by text
);

create unique index dead_letters_open on cairn.dead_letters (task_id) where status in ('pending', 'investigating');
create index dead_letters_task on cairn.dead_letters (task_id);
create index dead_letters_status on cairn.dead_letters (status, id);

-- Where the repairing sweep goes on with its walk over unfinished tasks.
create table cairn.sweep_position (
  name text primary key,
  state cairn.task_state,
  task_id bigint
);

insert into cairn.sweep_position (name) values ('repair');

-- The walks that failure, control and delays add. See 0001 for the rules.
insert into cairn.moves (machine, event, created, path)
select 'task', 'cancel', false, array[s, 'cancelled']
from unnest(array['pending', 'steps_in_process', 'waiting_for_dependencies', 'waiting_for_retry',
  'blocked_by_failures']) s
union all
select 'task', 'stale', false, array[s, 'error']
from unnest(array['steps_in_process', 'waiting_for_dependencies', 'waiting_for_retry']) s
union all
select 'task', 'resolve_manually', false, array[s, 'resolved_manually']
from unnest(array['waiting_for_dependencies', 'waiting_for_retry', 'blocked_by_failures', 'error']) s
union all
-- A repair from rest leads wherever the steps then lead.
select 'task', 'operator_repair', false, array[s, 'evaluating_results'] || rest
from unnest(array['blocked_by_failures', 'error', 'waiting_for_retry']) s,
  (values ('{enqueuing_steps,steps_in_process}'::text[]), ('{waiting_for_dependencies}'), ('{waiting_for_retry}'),
    ('{blocked_by_failures}'), ('{blocked_by_failures,error}'), ('{complete}')) r (rest)
where s <> rest[array_upper(rest, 1)];

insert into cairn.moves (machine, event, created, path) values
  ('task', 'no_steps_found', false, '{pending,initializing,complete}'),
  ('task', 'no_dependencies_ready', true, '{pending,initializing,waiting_for_dependencies}'),
  ('task', 'no_dependencies_ready', false, '{pending,initializing,waiting_for_dependencies}'),
  ('task', 'permanent_failure', false, '{steps_in_process,evaluating_results,blocked_by_failures}'),
  ('task', 'give_up', false, '{blocked_by_failures,error}'),
  ('task', 'dependencies_ready', false, '{waiting_for_dependencies,evaluating_results,enqueuing_steps,steps_in_process}'),
  ('task', 'all_steps_successful', false, '{waiting_for_dependencies,evaluating_results,complete}'),
  ('task', 'give_up', false, '{waiting_for_dependencies,evaluating_results,blocked_by_failures,error}'),
  ('task', 'permanent_failure', false, '{waiting_for_dependencies,evaluating_results,blocked_by_failures}'),
  ('task', 'retry_scheduled', false, '{waiting_for_dependencies,evaluating_results,waiting_for_retry}'),
  ('step', 'skip', false, '{pending,skipped}'),
  ('step', 'reset_for_retry', false, '{error,pending}'),
  ('step', 'reset_for_retry', false, '{complete,pending}'),
  ('step', 'reset_for_retry', false, '{skipped,pending}');

insert into cairn.moves (machine, event, created, path)
select 'step', 'cancel', false, array[s, 'cancelled']
from unnest(array['pending', 'enqueued', 'in_progress', 'waiting_for_retry']) s
union all
select 'step', 'resolve_manually', false, array[s, 'resolved_manually']
from unnest(array['pending', 'enqueued', 'in_progress', 'waiting_for_retry', 'error']) s
union all
select 'step', 'complete_manually', false, array[s, 'complete']
from unnest(array['pending', 'enqueued', 'in_progress', 'waiting_for_retry', 'error']) s;

-- Their arguments or results change.
drop function if exists cairn.task_event_for(cairn.task_state, cairn.task_state);
drop function if exists cairn.unlock_dependents(bigint[], integer[], integer[], timestamptz);
drop function if exists cairn.settle_steps(
  bigint, bigint[], integer[], smallint[], text[], jsonb[], bigint[], timestamptz);
drop function if exists cairn.sweep(integer);
drop function if exists cairn.exchange(
  bigint, bigint[], integer[], smallint[], text[], jsonb[], bigint[], integer, integer[], smallint[], bigint[], boolean);
drop function if exists cairn.readable_steps(cairn.claims);
drop function if exists cairn.claimed_steps(cairn.claims);
drop function if exists cairn.settle_failures(
  bigint, bigint[], integer[], smallint[], cairn.attempt_outcome[], jsonb[], bigint[], timestamptz);
drop function if exists cairn.count_steps(bigint[], bigint[], bigint[], bigint[], bigint[], timestamptz);
drop function if exists cairn.derive_task_state(integer, integer, integer, integer);
drop function if exists cairn.heartbeat(bigint, boolean);
drop function if exists cairn.task_identity(cairn.templates, jsonb, text);
drop function if exists cairn.resolve_duplicates(integer[], jsonb[], text[], text[], text[], jsonb[]);
