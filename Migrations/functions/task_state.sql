-- The state of a started task, from its counters alone. A total precedence: the first line that is true decides.
--
--   open      steps in no terminal state         active    steps enqueued or in progress
--   retrying  steps waiting for their retry      failed    steps in error
--
-- Steps behind a failure stay pending, so a failed task ends with open steps: they are where a repair goes on.
create or replace function cairn.derive_task_state(open integer, active integer, retrying integer, failed integer)
returns cairn.task_state
language sql immutable parallel safe
as $$
  select case
    when active > 0 then 'steps_in_process'
    when retrying > 0 then 'waiting_for_retry'
    when failed > 0 then 'error'
    when open = 0 then 'complete'
    else 'waiting_for_dependencies'
  end::cairn.task_state;
$$;

-- The event that names a task's move from one derived state to another.
create or replace function cairn.task_event_for(from_state cairn.task_state, to_state cairn.task_state)
returns cairn.task_event
language sql immutable parallel safe
as $$
  select case to_state
    when 'complete' then 'all_steps_successful'
    when 'error' then 'give_up'
    when 'waiting_for_retry' then 'retry_scheduled'
    when 'waiting_for_dependencies' then 'no_dependencies_ready'
    else case from_state when 'pending' then 'start' else 'retry_ready' end
  end::cairn.task_event;
$$;
