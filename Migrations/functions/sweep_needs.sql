-- What there is to sweep. A server that has nothing to do asks this alone, and seldom.
--
--   something is under way                    it asks each second
--   nothing is, but something is due later    at that time
--   nothing is                                seldomer and seldomer, down to every 10 s, and when it is notified
--
-- Under way is a step that runs, and a task with steps that could: a worker may fall silent, and a failure may bring a
-- retry. Who makes tasks, or acts as an operator, notifies the servers only while they are idle, for NOTIFY takes a
-- global lock until the commit is on disk. A transaction that was open while a server became idle notifies nobody; so it
-- asks once more after a second. What is missed nevertheless waits for the next time, 12 s at most; so nobody notifies of
-- what is due later than that. A server says every half minute that it is idle still, and is taken for gone a minute
-- after it last did.

-- The parts of a sweep that have something to do now; whether hooks are due; in how many milliseconds something else will
-- be, null when nothing is known to; and whether something is under way. Each is one look at the head of an index, but for
-- retries and delays (each that is due), attempts (each claim, and the steps of one of which the first is overdue) and
-- tasks that are held (each that is). p_inspects says that it is time for a walk over the unfinished tasks; one that was not
-- finished goes on anyway.
create or replace function cairn.sweep_needs(
  p_inspects boolean default false,
  out due text[], out hooks_are_due boolean, out next_ms bigint, out is_under_way boolean)
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_step timestamptz;
  v_start timestamptz;
  v_end timestamptz;
  v_hook timestamptz;
  v_runs boolean := cairn.anything_runs();
  v_walks boolean := exists (select from cairn.sweep_position where name = 'repair' and state is not null);
begin
  select s.due_at into v_step from cairn.step_core s where s.due_at is not null order by s.due_at limit 1;
  select t.run_at into v_start
  from cairn.task_core t where t.state = 'pending' and t.run_at is not null order by t.run_at limit 1;
  select min(t.state_at + make_interval(secs => tt.give_up_after_ms / 1000.0)) into v_end
  from cairn.task_core t
  join cairn.templates tt on tt.id = t.template_id
  where t.state = 'blocked_by_failures' and tt.give_up_after_ms is not null;
  select h.next_at into v_hook from cairn.hooks h where h.state = 'pending' order by h.next_at limit 1;

  due := array_remove(array[
    case when exists (
      select from cairn.workers w where w.state in ('live', 'draining') and cairn.is_silent(w, v_now))
      then 'lost_workers' end,
    case when cairn.ended_holders() <> '{}' or v_runs and exists (select from cairn.given_up_attempts(v_now))
      then 'expired_attempts' end,
    case when v_step <= v_now and exists (
      select from cairn.step_core s where s.due_at <= v_now and s.state = 'waiting_for_retry')
      then 'due_retries' end,
    case when v_start <= v_now then 'started_tasks' end,
    case when v_step <= v_now and exists (
      select from cairn.step_core s where s.due_at <= v_now and s.state = 'pending')
      then 'delayed_steps' end,
    case when v_end <= v_now then 'given_up_tasks' end,
    case when v_walks or p_inspects and exists (select from cairn.task_core where state < 'complete')
      then 'inspected_tasks' end], null);
  hooks_are_due := coalesce(v_hook <= v_now, false);
  -- Of nulls alone, least is null. What is due and stays so, as when somebody has it locked, is tried each second.
  next_ms := ceil(extract(epoch from least(v_step, v_start, v_end, v_hook) - v_now) * 1000);
  -- A walk that only begins is nothing under way: one does every 10 s as long as there is an unfinished task.
  is_under_way := v_runs or v_walks or hooks_are_due or array_remove(due, 'inspected_tasks') <> '{}'
    or exists (select from cairn.task_core where state = 'steps_in_process');
  perform cairn.note_idleness(not is_under_way);
end
$$;

comment on function cairn.sweep_needs is
  'What there is to sweep now, when something will be, and whether anything is under way.';

-- Says whether a server sweeps seldom from now on. Whoever has the row locked is not waited for: a server that is not known
-- to be idle asks by itself, one that is not known to be busy is woken for nothing.
create or replace function cairn.note_idleness(p_is_idle boolean) returns void
language plpgsql security definer set search_path = cairn, pg_temp
as $$
declare
  v_now timestamptz := cairn.clock();
begin
  update cairn.sweepers set idle_at = case when p_is_idle then v_now end
  where one = (
    select one from cairn.sweepers
    where case when p_is_idle then idle_at is null or idle_at < v_now - interval '30 s' else idle_at is not null end
    for no key update skip locked);
end
$$;

comment on function cairn.note_idleness is 'Says whether a server sweeps seldom from now on, and is to be notified.';

-- Whether there are servers that sweep seldom, and so are to be told of what they may have to do. Not in SQL: it would be
-- parsed and planned anew by each statement that asks.
create or replace function cairn.sweepers_are_idle() returns boolean
language plpgsql stable
as $$
begin
  return exists (select from cairn.sweepers where idle_at > cairn.clock() - interval '1 minute');
end
$$;

-- Wakes them for what an operator does; a submit does so itself.
create or replace function cairn.wake_sweepers() returns trigger
language plpgsql
as $$
begin
  if cairn.sweepers_are_idle() then
    perform pg_notify('cairn_sweep', '');
  end if;
  return null;
end
$$;

drop trigger if exists wake_sweepers on cairn.task_core;
drop function if exists cairn.wake_sweepers_for_tasks();
create or replace trigger wake_sweepers after insert on cairn.operator_actions
  for each statement execute function cairn.wake_sweepers();
