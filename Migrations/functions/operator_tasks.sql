-- What an operator can do to a task. Each takes who and why, and is legal from the states that docs/state-machines.json
-- names; each is undone as a whole when it is refused.

-- Cancels a task. What waits is cancelled at once; what runs is asked to stop. Says `cancelled`; `cancelling` while
-- steps still run; `already_cancelling` when that was so before.
create or replace function cairn.cancel_task(id bigint, by text, reason text) returns text
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  t cairn.task_core;
  v_now timestamptz;
begin
  perform cairn.check_who_and_why(by, reason);
  t := cairn.task_to_change(id);
  v_now := cairn.clock();
  if t.state = 'error' then
    raise exception 'task % has ended: it is error', id
      using errcode = 'CN409', hint = 'task_ended', detail = '{"state": "error"}';
  end if;
  if t.ending is not distinct from 'cancelled' then
    return 'already_cancelling';
  end if;
  perform cairn.begin_action('cancel_task', by, reason, id);
  perform cairn.stop_tasks(array[id], 'cancelled', v_now);
  perform cairn.close_dead_letter(id, 'cancelled', by, v_now);
  perform cairn.end_action();
  return (select case c.state when 'cancelled' then 'cancelled' else 'cancelling' end
    from cairn.task_core c where c.id = t.id);
end
$$;

comment on function cairn.cancel_task is
  'Cancels a task: what waits at once, what runs as soon as its worker hears of it.';

-- Gives every step whose failure holds the task or ended it new attempts, as many as its template allows, and lets the
-- task go on. Returns how many steps that are.
create or replace function cairn.retry_task(id bigint, by text, reason text) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  t cairn.task_core;
  v_now timestamptz;
  v_steps integer[];
begin
  perform cairn.check_who_and_why(by, reason);
  t := cairn.task_to_change(id);
  v_now := cairn.clock();
  v_steps := array(
    select s.step_no from cairn.step_core s
    join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
    where s.task_id = id and s.state = 'error' and ts.on_failure in ('error', 'block'));
  perform cairn.refuse_cancelled_steps(t);
  if v_steps = '{}' then
    raise exception 'task % has no failed step to retry: it is %', id, t.state
      using errcode = 'CN409', hint = 'nothing_to_retry', detail = jsonb_build_object('state', t.state);
  end if;
  perform cairn.begin_action('retry_task', by, reason, id, null, jsonb_build_object('steps', v_steps));
  perform cairn.reset_steps(id, v_steps, v_steps, v_now);
  perform cairn.resume_task(id, by, v_now);
  perform cairn.end_action();
  return cardinality(v_steps);
end
$$;

comment on function cairn.retry_task is 'Gives the failed steps of a task new attempts; the task goes on by itself.';

-- A task of which a part was cancelled can never complete.
create or replace function cairn.refuse_cancelled_steps(t cairn.task_core) returns void
language plpgsql
as $$
declare
  v_names text;
begin
  select string_agg(ts.name, ', ' order by s.step_no) into v_names
  from cairn.step_core s
  join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
  where s.task_id = t.id and s.state = 'cancelled';
  if t.ending is not null and t.state <> 'error' then
    raise exception 'task % is being stopped', t.id
      using errcode = 'CN409', hint = 'task_stopping', detail = jsonb_build_object('ending', t.ending);
  elsif v_names is not null then
    raise exception 'task % cannot go on: steps of it were cancelled when it failed (%); submit it again', t.id, v_names
      using errcode = 'CN409', hint = 'steps_cancelled', detail = jsonb_build_object('state', t.state);
  end if;
end
$$;

-- Ends a task as dealt with elsewhere. What has not run is cancelled. Legal while nothing runs.
create or replace function cairn.resolve_task(id bigint, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  t cairn.task_core;
  v_now timestamptz;
begin
  perform cairn.check_who_and_why(by, reason);
  t := cairn.task_to_change(id);
  v_now := cairn.clock();
  if t.state not in ('waiting_for_dependencies', 'waiting_for_retry', 'blocked_by_failures', 'error') then
    raise exception 'task % is %: it cannot be resolved; cancel it, or wait until nothing of it runs', id, t.state
      using errcode = 'CN409', hint = 'illegal_transition', detail = jsonb_build_object('state', t.state);
  end if;
  perform cairn.begin_action('resolve_task', by, reason, id);
  update cairn.step_core s
  set prev_state = s.state, state = 'cancelled', event = 'cancel', finished_at = v_now, run_at = null
  where s.task_id = id and s.state in ('pending', 'enqueued', 'waiting_for_retry');
  update cairn.task_core c
  set prev_state = c.state, state = 'resolved_manually', event = 'resolve_manually', state_at = v_now, moved_at = v_now,
    finished_at = v_now, ending = null, dropped_steps = c.dropped_steps + c.open_steps, open_steps = 0,
    active_steps = 0, retrying_steps = 0, delayed_steps = 0
  where c.id = t.id;
  perform cairn.close_dead_letter(id, 'resolved', by, v_now);
  perform cairn.end_action();
end
$$;

comment on function cairn.resolve_task is 'Ends a task as dealt with by other means; what has not run is cancelled.';

-- Changes the priority of what a task has not started yet, and of what it may have to run again.
create or replace function cairn.set_task_priority(id bigint, priority integer, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  t cairn.task_core;
begin
  perform cairn.check_who_and_why(by, reason);
  t := cairn.task_to_change(id);
  if priority is null or priority not between -1000 and 1000 then
    raise exception 'priority must be a whole number from -1000 to 1000'
      using errcode = 'CN400', hint = 'invalid_option', detail = '{"pointer": "/priority"}';
  end if;
  perform cairn.begin_action('set_task_priority', by, reason, id, null,
    jsonb_build_object('from', t.priority, 'to', priority));
  update cairn.task_core c set priority = set_task_priority.priority, prev_state = c.state where c.id = t.id;
  update cairn.step_core s
  set rank = -set_task_priority.priority, prev_state = s.state
  where s.task_id = t.id and s.state in ('pending', 'enqueued', 'in_progress', 'waiting_for_retry');
  perform cairn.end_action();
end
$$;

comment on function cairn.set_task_priority is 'Changes the priority of what a task has not started yet.';
