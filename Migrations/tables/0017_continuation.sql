-- A step that becomes ready may go on at once with the worker that has settled what it waited for: one change of its
-- row, along the same transitions.
insert into cairn.moves (machine, event, created, path) values ('step', 'start', false, '{pending,enqueued,in_progress}');

-- Every statement that changes a task reads each of its checks anew from its text, so one stands for all counters.
alter table cairn.task_core
  drop constraint task_core_open_steps_check, drop constraint task_core_active_steps_check,
  drop constraint task_core_retrying_steps_check, drop constraint task_core_failed_steps_check,
  drop constraint task_core_blocking_steps_check, drop constraint task_core_tolerated_steps_check,
  drop constraint task_core_dropped_steps_check, drop constraint task_core_delayed_steps_check,
  add constraint task_core_counters check (
    least(open_steps, active_steps, retrying_steps, failed_steps, blocking_steps, tolerated_steps, dropped_steps,
      delayed_steps) >= 0);

-- Their arguments or results change.
drop function if exists cairn.settle_successes(bigint, bigint[], integer[], smallint[], jsonb[], timestamptz);
drop function if exists cairn.unlock_dependents(bigint[], integer[], integer[], timestamptz);
drop function if exists cairn.settle_steps(
  bigint, bigint[], integer[], smallint[], text[], jsonb[], bigint[], timestamptz);
drop function if exists cairn.count_steps(
  timestamptz, bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]);
drop function if exists cairn.claim_steps(cairn.workers, integer, integer[], smallint[], bigint[], timestamptz);
