-- What an operator can do to one step. The task goes on by itself afterwards, also from `error`.

-- Makes steps pending again, with as many new attempts as their template allows. Old attempts and results stay in the
-- history; attempts are numbered on. Those of `p_at_once` do not wait their delay again, if they need not wait for others.
create or replace function cairn.reset_steps(p_task_id bigint, p_steps integer[], p_at_once integer[], p_now timestamptz)
returns void
language plpgsql
as $$
begin
  if exists (
    select from cairn.step_core s where s.task_id = p_task_id and s.step_no = any (p_steps) and s.attempt > 30000)
  then
    raise exception 'a step of task % has had more than 30000 attempts; submit the task again', p_task_id
      using errcode = 'CN409', hint = 'too_many_attempts';
  end if;
  update cairn.step_core s
  set prev_state = s.state, state = 'pending', event = 'reset_for_retry', max_attempts = s.attempt + ts.max_attempts,
    worker_id = null, run_at = case when s.step_no = any (p_at_once) then p_now end, enqueued_at = null,
    started_at = null, finished_at = null, suspect = false,
    rank = -t.priority
  from cairn.task_core t, cairn.template_steps ts
  where t.id = p_task_id and s.task_id = t.id and s.step_no = any (p_steps)
    and ts.template_id = t.template_id and ts.step_no = s.step_no;
end
$$;

-- The steps of a task that depend on one, directly or not, and build on what it does. What an operator has resolved does
-- not: it stays as it is, and so does what depends on the step through that alone.
create or replace function cairn.downstream_steps(p_task_id bigint, p_step integer) returns integer[]
language plpgsql stable
as $$
begin
  return (
    with recursive d (step_no) as (
      select unnest(s.dependents) from cairn.step_core s where s.task_id = p_task_id and s.step_no = p_step
      union
      select unnest(s.dependents) from d
      join cairn.step_core s on s.task_id = p_task_id and s.step_no = d.step_no and s.state <> 'resolved_manually'
    )
    select coalesce(array_agg(step_no order by step_no), '{}') from d);
end
$$;

-- Gives a failed step new attempts.
create or replace function cairn.reset_step(task_id bigint, step text, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  s cairn.step_core;
begin
  perform cairn.check_who_and_why(by, reason);
  s := cairn.step_to_change(task_id, step);
  if s.state <> 'error' then
    perform cairn.refuse_step(s, step, 'reset', 'only a failed step can; to run a step again, rerun it');
  end if;
  perform cairn.rerun(s, step, 'reset_step', by, reason, false);
end
$$;

comment on function cairn.reset_step is 'Gives a failed step new attempts; the task goes on by itself.';

-- Runs a step again that has ended. What depends on it and has begun must run again too: `downstream` says so.
create or replace function cairn.rerun_step(
  task_id bigint, step text, by text, reason text, downstream boolean default false)
returns void
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  s cairn.step_core;
begin
  perform cairn.check_who_and_why(by, reason);
  s := cairn.step_to_change(task_id, step);
  if s.state not in ('error', 'complete', 'skipped') then
    perform cairn.refuse_step(s, step, 'run again', 'only a step that is complete, in error or skipped can');
  end if;
  perform cairn.rerun(s, step, 'rerun_step', by, reason, downstream);
end
$$;

comment on function cairn.rerun_step is
  'Runs a step again that has ended, with downstream also what depends on it; the task goes on by itself.';

create or replace function cairn.rerun(
  s cairn.step_core, p_step text, p_action text, p_by text, p_reason text, p_downstream boolean)
returns void
language plpgsql
as $$
declare
  t cairn.task_core;
  v_now timestamptz := cairn.clock();
  v_downstream integer[];
  v_begun text;
  v_steps integer[];
begin
  select * into t from cairn.task_core where id = s.task_id;
  perform cairn.refuse_cancelled_steps(t);
  v_downstream := cairn.downstream_steps(t.id, s.step_no);
  select string_agg(ts.name || ' (' || d.state || ')', ', ' order by d.step_no) into v_begun
  from cairn.step_core d
  join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = d.step_no
  where d.task_id = t.id and d.step_no = any (v_downstream)
    and case when p_downstream then d.state in ('enqueued', 'in_progress', 'waiting_for_retry')
      -- What was skipped because this step failed comes back with it.
      else d.state not in ('pending', 'resolved_manually') and not (d.state = 'skipped' and s.state = 'error') end;
  if v_begun is not null then
    raise exception 'step % of task % cannot run again now: %', p_step, t.id, case when p_downstream
        then 'wait until nothing that depends on it is under way: ' || v_begun
        else 'what depends on it has begun (' || v_begun || '); run it again with downstream' end
      using errcode = 'CN409', hint = case when p_downstream then 'downstream_running' else 'downstream_has_begun' end,
        detail = jsonb_build_object('state', s.state, 'step', p_step);
  end if;
  select string_agg(ts.name || ' (' || d.state || ')', ', ' order by d.step_no) into v_begun
  from cairn.template_steps own
  join cairn.step_core d on d.task_id = t.id and d.step_no = any (own.depends_on)
  join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = d.step_no
  where own.template_id = t.template_id and own.step_no = s.step_no
    and (d.state = 'skipped' or (d.state = 'error' and ts.on_failure = 'skip_dependents'));
  if v_begun is not null then
    raise exception 'step % of task % would be skipped again, because of %; run that again with downstream', p_step, t.id,
        v_begun
      using errcode = 'CN409', hint = 'upstream_excludes', detail = jsonb_build_object('state', s.state, 'step', p_step);
  end if;
  v_steps := array(
    select d.step_no from cairn.step_core d
    where d.task_id = t.id and d.step_no = any (v_downstream) and d.state in ('complete', 'error', 'skipped'))
    || s.step_no;
  perform cairn.begin_action(p_action, p_by, p_reason, t.id, s.step_no,
    jsonb_build_object('steps', v_steps, 'downstream', p_downstream));
  perform cairn.reset_steps(t.id, v_steps, array[s.step_no], v_now);
  perform cairn.resume_task(t.id, p_by, v_now);
  perform cairn.end_action();
end
$$;

-- Takes a step as settled by other means: its dependents run without a result of it.
create or replace function cairn.resolve_step(task_id bigint, step text, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  s cairn.step_core;
begin
  perform cairn.check_who_and_why(by, reason);
  s := cairn.step_to_change(task_id, step);
  perform cairn.settle_by_hand(s, step, 'resolve_step', 'resolved_manually', 'null', by, reason);
end
$$;

comment on function cairn.resolve_step is
  'Takes a step as dealt with by other means: its dependents run, with null as its result.';

-- Completes a step with a result that an operator gives.
create or replace function cairn.complete_step(task_id bigint, step text, result jsonb, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  s cairn.step_core;
begin
  perform cairn.check_who_and_why(by, reason);
  s := cairn.step_to_change(task_id, step);
  if octet_length(result::text) > 1048576 then
    raise exception 'the result has % bytes; the limit is 1048576', octet_length(result::text)
      using errcode = 'CN400', hint = 'result_too_large', detail = '{"pointer": "/result"}';
  end if;
  perform cairn.settle_by_hand(s, step, 'complete_step', 'complete', coalesce(result, 'null'), by, reason);
end
$$;

comment on function cairn.complete_step is 'Completes a step with a result that an operator gives.';

-- A step that runs is taken from its worker: that attempt ends as cancelled, and what the worker still reports is
-- refused. The operator's word is an attempt of its own, so that the results before it stay readable.
create or replace function cairn.settle_by_hand(
  s cairn.step_core, p_step text, p_action text, p_state cairn.step_state, p_result jsonb, p_by text, p_reason text)
returns void
language plpgsql
as $$
declare
  t cairn.task_core;
  v_now timestamptz := cairn.clock();
begin
  if s.state not in ('pending', 'enqueued', 'in_progress', 'waiting_for_retry', 'error') then
    perform cairn.refuse_step(s, p_step, case p_state when 'complete' then 'completed' else 'resolved' end,
      'it has ended already');
  end if;
  select * into t from cairn.task_core where id = s.task_id;
  perform cairn.refuse_cancelled_steps(t);
  perform cairn.begin_action(p_action, p_by, p_reason, s.task_id, s.step_no);
  if s.state = 'in_progress' then
    insert into cairn.step_attempts (task_id, step_no, attempt, outcome, worker_id, enqueued_at, started_at, finished_at)
    values (s.task_id, s.step_no, s.attempt, 'cancelled', s.worker_id, s.enqueued_at, s.started_at, v_now);
    perform pg_notify('cairn_worker_' || s.worker_id, '');
  end if;
  insert into cairn.step_attempts (task_id, step_no, attempt, outcome, finished_at, result)
  values (s.task_id, s.step_no, s.attempt + 1,
    (case p_state when 'complete' then 'completed_manually' else 'resolved_manually' end)::cairn.attempt_outcome, v_now,
    p_result);
  update cairn.step_core c
  set prev_state = c.state, state = p_state,
    event = (case p_state when 'complete' then 'complete_manually' else 'resolve_manually' end)::cairn.step_event,
    attempt = c.attempt + 1, max_attempts = greatest(c.max_attempts, c.attempt + 1), worker_id = null, run_at = null,
    expires_at = null, finished_at = v_now, suspect = false
  where c.task_id = s.task_id and c.step_no = s.step_no;
  perform cairn.resume_task(s.task_id, p_by, v_now);
  perform cairn.end_action();
end
$$;
