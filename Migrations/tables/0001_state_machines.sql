-- The two state machines, as data. `transitions` is the one list of legal single transitions; `moves` is the list of
-- what one commit may do to a row: a walk along legal transitions, of which the history keeps the whole path.
-- The triggers of functions/legality.sql are built from `moves`, and a check there holds every move to `transitions`.

create type cairn.task_state as enum (
  'pending', 'initializing', 'enqueuing_steps', 'steps_in_process', 'evaluating_results', 'waiting_for_dependencies',
  'waiting_for_retry', 'blocked_by_failures', 'complete', 'error', 'cancelled', 'resolved_manually');

create type cairn.step_state as enum (
  'pending', 'enqueued', 'in_progress', 'enqueued_for_orchestration', 'enqueued_as_error_for_orchestration',
  'waiting_for_retry', 'complete', 'error', 'cancelled', 'resolved_manually', 'skipped');

create type cairn.task_event as enum (
  'submit', 'start', 'no_steps_found', 'ready_steps_found', 'no_dependencies_ready', 'steps_enqueued',
  'enqueue_failed', 'step_settled', 'all_steps_successful', 'steps_still_running', 'retry_scheduled',
  'permanent_failure', 'dependencies_ready', 'retry_ready', 'give_up', 'operator_repair', 'resolve_manually', 'stale',
  'cancel');

create type cairn.step_event as enum (
  'create', 'enqueue', 'start', 'release', 'report_result', 'report_error', 'complete', 'fail', 'wait_for_retry',
  'continue_later', 'retry', 'skip', 'cancel', 'reset_for_retry', 'resolve_manually', 'complete_manually');

create table cairn.transitions (
  machine text not null check (machine in ('task', 'step')),
  event text not null,
  from_state text,
  to_state text not null,
  unique nulls not distinct (machine, event, from_state, to_state)
);

insert into cairn.transitions (machine, event, from_state, to_state) values
  ('task', 'submit', null, 'pending'),
  ('task', 'start', 'pending', 'initializing'),
  ('task', 'no_steps_found', 'initializing', 'complete'),
  ('task', 'ready_steps_found', 'initializing', 'enqueuing_steps'),
  ('task', 'no_dependencies_ready', 'initializing', 'waiting_for_dependencies'),
  ('task', 'steps_enqueued', 'enqueuing_steps', 'steps_in_process'),
  ('task', 'enqueue_failed', 'enqueuing_steps', 'error'),
  ('task', 'step_settled', 'steps_in_process', 'evaluating_results'),
  ('task', 'all_steps_successful', 'evaluating_results', 'complete'),
  ('task', 'ready_steps_found', 'evaluating_results', 'enqueuing_steps'),
  ('task', 'steps_still_running', 'evaluating_results', 'steps_in_process'),
  ('task', 'no_dependencies_ready', 'evaluating_results', 'waiting_for_dependencies'),
  ('task', 'retry_scheduled', 'evaluating_results', 'waiting_for_retry'),
  ('task', 'permanent_failure', 'evaluating_results', 'blocked_by_failures'),
  ('task', 'dependencies_ready', 'waiting_for_dependencies', 'evaluating_results'),
  ('task', 'retry_ready', 'waiting_for_retry', 'enqueuing_steps'),
  ('task', 'give_up', 'blocked_by_failures', 'error'),
  ('task', 'operator_repair', 'blocked_by_failures', 'evaluating_results'),
  ('task', 'operator_repair', 'waiting_for_retry', 'evaluating_results'),
  ('task', 'operator_repair', 'error', 'evaluating_results');

insert into cairn.transitions (machine, event, from_state, to_state)
select 'task', 'resolve_manually', s, 'resolved_manually'
from unnest(array['waiting_for_dependencies', 'waiting_for_retry', 'blocked_by_failures', 'error']) s
union all
select 'task', 'stale', s, 'error'
from unnest(array['steps_in_process', 'waiting_for_dependencies', 'waiting_for_retry']) s
union all
select 'task', 'cancel', s, 'cancelled'
from unnest(array[
  'pending', 'initializing', 'enqueuing_steps', 'steps_in_process', 'evaluating_results', 'waiting_for_dependencies',
  'waiting_for_retry', 'blocked_by_failures']) s;

insert into cairn.transitions (machine, event, from_state, to_state) values
  ('step', 'create', null, 'pending'),
  ('step', 'enqueue', 'pending', 'enqueued'),
  ('step', 'start', 'enqueued', 'in_progress'),
  ('step', 'release', 'in_progress', 'enqueued'),
  ('step', 'report_result', 'in_progress', 'enqueued_for_orchestration'),
  ('step', 'report_error', 'in_progress', 'enqueued_as_error_for_orchestration'),
  ('step', 'complete', 'enqueued_for_orchestration', 'complete'),
  ('step', 'fail', 'enqueued_for_orchestration', 'error'),
  ('step', 'fail', 'enqueued_as_error_for_orchestration', 'error'),
  ('step', 'wait_for_retry', 'enqueued_as_error_for_orchestration', 'waiting_for_retry'),
  ('step', 'continue_later', 'enqueued_for_orchestration', 'waiting_for_retry'),
  ('step', 'retry', 'waiting_for_retry', 'pending'),
  ('step', 'skip', 'pending', 'skipped');

insert into cairn.transitions (machine, event, from_state, to_state)
select 'step', 'cancel', s, 'cancelled'
from unnest(array[
  'pending', 'enqueued', 'in_progress', 'enqueued_for_orchestration', 'enqueued_as_error_for_orchestration',
  'waiting_for_retry']) s
union all
select 'step', 'reset_for_retry', s, 'pending' from unnest(array['error', 'complete', 'skipped']) s
union all
select 'step', 'resolve_manually', s, 'resolved_manually'
from unnest(array['pending', 'enqueued', 'in_progress', 'waiting_for_retry', 'error']) s
union all
select 'step', 'complete_manually', s, 'complete'
from unnest(array['pending', 'enqueued', 'in_progress', 'waiting_for_retry', 'error']) s;

create table cairn.moves (
  machine text not null check (machine in ('task', 'step')),
  event text not null,
  path text[] not null,
  created boolean not null default false,
  from_state text generated always as (case when created then null else path[1] end) stored,
  to_state text generated always as (path[array_upper(path, 1)]) stored,
  unique nulls not distinct (machine, from_state, to_state, event)
);

-- `event` names the move in the history: the last event of the walk that says why it was taken.
insert into cairn.moves (machine, event, created, path) values
  ('task', 'submit', true, '{pending}'),
  ('task', 'start', true, '{pending,initializing,enqueuing_steps,steps_in_process}'),
  ('task', 'start', false, '{pending,initializing,enqueuing_steps,steps_in_process}'),
  ('task', 'all_steps_successful', false, '{steps_in_process,evaluating_results,complete}'),
  ('task', 'retry_scheduled', false, '{steps_in_process,evaluating_results,waiting_for_retry}'),
  ('task', 'no_dependencies_ready', false, '{steps_in_process,evaluating_results,waiting_for_dependencies}'),
  ('task', 'retry_ready', false, '{waiting_for_retry,enqueuing_steps,steps_in_process}'),
  ('task', 'give_up', false, '{steps_in_process,evaluating_results,blocked_by_failures,error}'),
  ('step', 'create', true, '{pending}'),
  ('step', 'enqueue', true, '{pending,enqueued}'),
  ('step', 'enqueue', false, '{pending,enqueued}'),
  ('step', 'start', false, '{enqueued,in_progress}'),
  ('step', 'release', false, '{in_progress,enqueued}'),
  ('step', 'complete', false, '{in_progress,enqueued_for_orchestration,complete}'),
  ('step', 'fail', false, '{in_progress,enqueued_as_error_for_orchestration,error}'),
  ('step', 'wait_for_retry', false, '{in_progress,enqueued_as_error_for_orchestration,waiting_for_retry}'),
  ('step', 'retry', false, '{waiting_for_retry,pending,enqueued}');
