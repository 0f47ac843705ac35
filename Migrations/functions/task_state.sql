-- The state of a task, derived. One total table: the first line that holds decides.

-- `open` steps have not ended; `active` ones are enqueued or run; `retrying` ones wait for their next attempt;
-- `delayed` ones are ready but for their delay; `failed` ones keep the task from completing, and `blocking` of these
-- leave it to an operator. `ending` is where a task goes that is being stopped.
create or replace function cairn.derive_task_state(
  open integer, active integer, retrying integer, delayed integer, failed integer, blocking integer,
  ending cairn.task_state)
returns cairn.task_state
language sql immutable parallel safe
as $$
  select case
    when ending is not null and active = 0 then ending
    when active > 0 then 'steps_in_process'
    when retrying > 0 then 'waiting_for_retry'
    when delayed > 0 then 'waiting_for_dependencies'
    when failed > blocking then 'error'
    when failed > 0 then 'blocked_by_failures'
    when open = 0 then 'complete'
    else 'waiting_for_dependencies'
  end::cairn.task_state;
$$;

-- The event that names a task's move from one derived state to another. From rest (blocked, in error, waiting for a
-- retry that is not due) only an operator leads on, and that is a repair wherever it ends. Not in SQL: it would be parsed
-- and planned anew by each statement that asks, for it cannot be a part of that.
create or replace function cairn.task_event_for(
  from_state cairn.task_state, to_state cairn.task_state, repair boolean default false)
returns cairn.task_event
language plpgsql immutable parallel safe
as $$
begin
  return case
    when to_state = 'cancelled' then 'cancel'
    when from_state in ('blocked_by_failures', 'error') and to_state <> 'error' then 'operator_repair'
    when from_state = 'waiting_for_retry' and repair then 'operator_repair'
    else case to_state
      when 'complete' then case from_state when 'pending' then 'no_steps_found' else 'all_steps_successful' end
      when 'error' then 'give_up'
      when 'blocked_by_failures' then 'permanent_failure'
      when 'waiting_for_retry' then 'retry_scheduled'
      when 'waiting_for_dependencies' then 'no_dependencies_ready'
      when 'resolved_manually' then 'resolve_manually'
      else case from_state
        when 'pending' then 'start'
        when 'waiting_for_dependencies' then 'dependencies_ready'
        else 'retry_ready'
      end
    end
  end::cairn.task_event;
end
$$;
