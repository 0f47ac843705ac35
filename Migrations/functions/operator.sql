-- What every action of an operator has in common: who and why are required, stored beside the action, and stand in the
-- history rows that it causes.

-- Raises CN400 when nobody or no reason is named. Every action begins with it: what is wrong with the rest is said to
-- those who say who they are.
create or replace function cairn.check_who_and_why(p_by text, p_reason text) returns void
language plpgsql
as $$
begin
  if cairn.is_blank(p_by) or length(p_by) > 200 then
    raise exception 'by is required: who does this (1 to 200 characters)'
      using errcode = 'CN400', hint = 'invalid_actor', detail = '{"pointer": "/by"}';
  end if;
  if cairn.is_blank(p_reason) or length(p_reason) > 2000 then
    raise exception 'reason is required: why it is done (1 to 2000 characters)'
      using errcode = 'CN400', hint = 'invalid_reason', detail = '{"pointer": "/reason"}';
  end if;
end
$$;

-- Begins an action. Raises CN400 when nobody or no reason is named. The settings hold for the history rows that this
-- transaction writes until end_action; cairn.address is set by the server, which knows the caller's.
create or replace function cairn.begin_action(
  p_action text, p_by text, p_reason text, p_task_id bigint default null, p_step_no integer default null,
  p_details jsonb default '{}')
returns void
language plpgsql
as $$
begin
  perform cairn.check_who_and_why(p_by, p_reason);
  perform set_config('cairn.actor', p_by, true), set_config('cairn.reason', p_reason, true);
  insert into cairn.operator_actions (at, action, task_id, step_no, actor, reason, role, address, details)
  values (cairn.clock(), p_action, p_task_id, p_step_no, p_by, p_reason, session_user,
    coalesce(nullif(current_setting('cairn.address', true), ''), host(inet_client_addr()), 'local'), p_details);
end
$$;

create or replace function cairn.end_action() returns void
language plpgsql
as $$
begin
  perform set_config('cairn.actor', '', true), set_config('cairn.reason', '', true);
end
$$;

-- What no operator does is nobody's doing, whatever the session says. Every function that writes history and is no
-- action begins with it.
create or replace function cairn.act_for_nobody() returns void
language plpgsql
as $$
begin
  if concat(current_setting('cairn.actor', true), current_setting('cairn.reason', true),
      current_setting('cairn.address', true)) <> ''
  then
    perform cairn.end_action(), set_config('cairn.address', '', true);
  end if;
end
$$;

-- Locks a task for an operator. Raises CN404 when there is none, and CN409 when it has ended in a way that nothing
-- leads out of.
create or replace function cairn.task_to_change(p_task_id bigint) returns cairn.task_core
language plpgsql
as $$
declare
  t cairn.task_core;
begin
  select * into t from cairn.task_core where id = p_task_id for no key update;
  if t.id is null then
    raise exception 'there is no task %', p_task_id using errcode = 'CN404', hint = 'task_not_found';
  end if;
  if t.state in ('complete', 'cancelled', 'resolved_manually') then
    raise exception 'task % has ended: it is %', p_task_id, t.state
      using errcode = 'CN409', hint = 'task_ended', detail = jsonb_build_object('state', t.state);
  end if;
  return t;
end
$$;

-- A step by its name, of a task that an operator may change. Raises CN404 when the task has no such step, and CN409
-- when the task is being stopped.
create or replace function cairn.step_to_change(p_task_id bigint, p_step text) returns cairn.step_core
language plpgsql
as $$
declare
  t cairn.task_core := cairn.task_to_change(p_task_id);
  s cairn.step_core;
begin
  select c.* into s
  from cairn.step_core c
  join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = c.step_no
  where c.task_id = p_task_id and ts.name = p_step
  -- A claim takes no lock of the task: without this one, the step could begin to run in the meantime.
  for no key update of c;
  if s.task_id is null then
    raise exception 'task % has no step %; it has %', p_task_id, cairn.shown(p_step), (
        select string_agg(name, ', ' order by step_no)
        from (select * from cairn.template_steps where template_id = t.template_id order by step_no limit 20) x)
      using errcode = 'CN404', hint = 'step_not_found';
  end if;
  if t.ending is not null and t.state <> 'error' then
    raise exception 'task % is being stopped', p_task_id
      using errcode = 'CN409', hint = 'task_stopping', detail = jsonb_build_object('ending', t.ending);
  end if;
  return s;
end
$$;

create or replace function cairn.refuse_step(s cairn.step_core, p_step text, p_action text, p_way text) returns void
language plpgsql
as $$
begin
  raise exception 'step % of task % is %: it cannot be %; %', p_step, s.task_id, s.state, p_action, p_way
    using errcode = 'CN409', hint = 'illegal_transition',
      detail = jsonb_build_object('state', s.state, 'step', p_step);
end
$$;

-- A task that is to live again needs its key, which may be with a newer task by now (dedup_window): while that one
-- lives, the older must not. The rows of task_details are locked, so that no submit takes the key in the meantime.
create or replace function cairn.take_key_back(p_task_id bigint) returns void
language plpgsql
as $$
declare
  d cairn.task_details;
  v_holder bigint;
  v_state cairn.task_state;
begin
  select * into d from cairn.task_details x where x.task_id = p_task_id for no key update;
  if d.identity_key is not null or d.passed_key is null then
    return;
  end if;
  perform from cairn.task_details x where x.identity_key = d.passed_key for no key update;
  select x.task_id, t.state into v_holder, v_state
  from cairn.task_details x join cairn.task_core t on t.id = x.task_id
  where x.identity_key = d.passed_key;
  if v_state not in ('complete', 'error', 'cancelled', 'resolved_manually') then
    raise exception 'task % cannot go on: its key is with task % now, which is %; wait for that, cancel it, or resolve '
        'this one', p_task_id, v_holder, v_state
      using errcode = 'CN409', hint = 'duplicate_task', detail = jsonb_build_object('existing_task_id', v_holder);
  end if;
  update cairn.task_details x set identity_key = null, passed_key = d.passed_key where x.task_id = v_holder;
  update cairn.task_details x set identity_key = d.passed_key, passed_key = null where x.task_id = p_task_id;
exception when unique_violation then
  -- Nobody had the key, and a submit that was not committed yet has it now.
  raise exception 'task % cannot go on: its key has just gone to a newer task; look at that one', p_task_id
    using errcode = 'CN409', hint = 'duplicate_task';
end
$$;

-- Locks what submits lock, too, of tasks that may get their keys back, and in the same order: that of the keys. The
-- tasks are locked already.
create or replace function cairn.lock_keys(p_tasks bigint[]) returns void
language plpgsql
as $$
declare
  v_keys text[] := array(
    select coalesce(d.identity_key, d.passed_key) from cairn.task_details d
    join cairn.task_core t on t.id = d.task_id
    where d.task_id = any (p_tasks) and t.state = 'error');
begin
  perform from cairn.task_details d where d.identity_key = any (v_keys) order by d.identity_key for no key update;
end
$$;

-- Carries a task on after a repair, closes its dead letter, and wakes workers.
create or replace function cairn.resume_task(p_task_id bigint, p_by text, p_now timestamptz) returns void
language plpgsql
as $$
declare
  v_namespaces integer[];
begin
  if exists (select from cairn.task_core t where t.id = p_task_id and t.state = 'error') then
    perform cairn.take_key_back(p_task_id);
  end if;
  update cairn.task_core t set ending = null, prev_state = t.state where t.id = p_task_id and t.ending is not null;
  select enqueued_namespaces into v_namespaces
  from cairn.advance_tasks(array[p_task_id], p_now, p_repair => true);
  perform cairn.wake_workers(v_namespaces);
  perform cairn.close_dead_letter(p_task_id, 'resolved', p_by, p_now)
  from cairn.task_core t where t.id = p_task_id and t.state not in ('error', 'blocked_by_failures');
end
$$;

-- The trail of operators is append-only, as the history is.
select cairn.guard_history('operator_actions');
