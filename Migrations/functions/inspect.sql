-- Nothing may rest for ever: tasks that were held for too long, tasks that make no progress, and tasks whose rows do not
-- fit together. Called by sweep.

-- Tasks that were held by a failure for as long as their template allows.
create or replace function cairn.give_up_blocked_tasks(p_limit integer default 1000) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
begin
  perform cairn.act_for_nobody();
  return cairn.sweep_tasks('give_up_tasks', array(
    select t.id from cairn.task_core t
    join cairn.templates tt on tt.id = t.template_id
    where t.state = 'blocked_by_failures' and t.state_at <= v_now - make_interval(secs => tt.give_up_after_ms / 1000.0)
    order by t.id limit p_limit
    for no key update of t skip locked), v_now);
end
$$;

comment on function cairn.give_up_blocked_tasks is
  'Part of sweep: tasks that were held by a failure for as long as their template allows.';

create or replace function cairn.give_up_tasks(p_tasks bigint[], p_now timestamptz) returns integer
language plpgsql
as $$
declare
  v_count integer;
begin
  update cairn.task_core t
  set prev_state = t.state, state = 'error', event = 'give_up', state_at = p_now, moved_at = p_now, finished_at = p_now
  from cairn.templates tt
  where t.id = any (p_tasks) and tt.id = t.template_id and t.state = 'blocked_by_failures'
    and t.state_at <= p_now - make_interval(secs => tt.give_up_after_ms / 1000.0);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Looks at some of the unfinished tasks, on a walk that goes through all of them and begins anew. One server at a time
-- does so.
create or replace function cairn.inspect_tasks(
  p_limit integer default 1000, out stale_tasks integer, out repaired_tasks integer)
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_position cairn.sweep_position;
  v_states cairn.task_state[];
  v_tasks bigint[];
  v_quiet bigint[];
begin
  perform cairn.act_for_nobody();
  stale_tasks := 0;
  repaired_tasks := 0;
  select * into v_position from cairn.sweep_position where name = 'repair' for no key update skip locked;
  if v_position.name is null then
    return;
  end if;
  select array_agg(x.state), array_agg(x.id), array_agg(x.id) filter (where x.is_quiet)
  into v_states, v_tasks, v_quiet
  from (
    select t.state, t.id, coalesce(t.moved_at, t.created_at) < v_now - interval '1 minute' as is_quiet
    from cairn.task_core t
    where t.state < 'complete'
      and (t.state, t.id) > (coalesce(v_position.state, 'pending'), coalesce(v_position.task_id, 0))
    order by t.state, t.id
    limit p_limit) x;
  update cairn.sweep_position
  set state = case when cardinality(v_tasks) = p_limit then v_states[p_limit] end,
    task_id = case when cardinality(v_tasks) = p_limit then v_tasks[p_limit] end
  where name = 'repair' and (cardinality(v_tasks) = p_limit or state is not null);
  if v_quiet is not null then
    repaired_tasks := cairn.sweep_tasks(
      'repair_tasks', array(select distinct x.task_id from cairn.broken_tasks(v_quiet) x), v_now);
    stale_tasks := cairn.sweep_tasks(
      'end_stale_tasks', array(select x.task_id from cairn.stale_tasks(v_quiet, v_now) x), v_now);
  end if;
end
$$;

comment on function cairn.inspect_tasks is
  'Part of sweep: looks for tasks that make no progress, and for tasks whose rows do not fit together.';

-- Tasks whose counters or state are not what their steps say, and tasks with a step that is ready and was forgotten.
-- This cannot happen by Cairn's own functions; it can by a hand that switches triggers off.
create or replace function cairn.broken_tasks(p_tasks bigint[]) returns table (task_id bigint, what text)
language plpgsql stable
as $$
begin
  return query
  select t.id, 'its counters or its state are not what its steps say'
  from cairn.task_core t
  join cairn.counted_tasks(p_tasks) c on c.task_id = t.id
  where t.id = any (p_tasks)
    and (t.open_steps, t.active_steps, t.retrying_steps, t.delayed_steps, t.failed_steps, t.blocking_steps,
      t.tolerated_steps, t.dropped_steps, t.state) is distinct from
    (c.open_steps, c.active_steps, c.retrying_steps, c.delayed_steps, c.failed_steps, c.blocking_steps,
      c.tolerated_steps, c.dropped_steps, c.state)
  union
  select t.id, 'a step that is ready was never enqueued'
  from cairn.task_core t
  join cairn.step_core s on s.task_id = t.id
  join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
  where t.id = any (p_tasks) and t.state <> 'pending' and t.ending is null and s.state = 'pending' and s.run_at is null
    and not exists (
      select from cairn.step_core d
      join cairn.template_steps dt on dt.template_id = t.template_id and dt.step_no = d.step_no
      where d.task_id = s.task_id and d.step_no = any (ts.depends_on)
        and d.state not in ('complete', 'resolved_manually')
        and not (d.state = 'error' and dt.on_failure = 'continue'))
  union
  select s.task_id, 'a step runs on no worker'
  from cairn.step_core s
  where s.task_id = any (p_tasks) and s.state = 'in_progress' and cairn.runs_nowhere(s, cairn.clock());
end
$$;

-- Puts broken tasks right, and says so.
create or replace function cairn.repair_tasks(p_tasks bigint[], p_now timestamptz) returns integer
language plpgsql
as $$
declare
  v_namespaces integer[];
  v_count integer := 0;
  r record;
begin
  -- Again, under the locks: what changed in between was not broken.
  for r in
    select b.task_id, string_agg(b.what, '; ') as what
    from cairn.broken_tasks(p_tasks) b
    group by b.task_id
    order by b.task_id
  loop
    perform cairn.begin_action('repair_task', 'cairn', r.what, r.task_id, null,
      (select jsonb_build_object('before', to_jsonb(t)) from cairn.task_core t where t.id = r.task_id));
    update cairn.step_core s
    set prev_state = s.state, state = 'enqueued', event = 'release', attempt = greatest(s.attempt - 1, 0),
      expires_at = null, started_at = null, enqueued_at = p_now
    where s.task_id = r.task_id and s.state = 'in_progress' and cairn.runs_nowhere(s, p_now);
    select enqueued_namespaces into v_namespaces
    from cairn.advance_tasks(array[r.task_id], p_now, p_repair => true);
    perform cairn.wake_workers(v_namespaces);
    perform cairn.end_action();
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

-- Tasks that make no progress for longer than their template allows in that state. A task waits with reason while a
-- step of it runs (its timeout ends that), while a retry or a delay is not due, while its namespace is paused, and
-- while there is a worker that could run what is ready (the step waits its turn). When that ends the time begins anew:
-- a worker that restarts and a namespace that resumes must not find their tasks ended.
create or replace function cairn.stale_tasks(p_tasks bigint[], p_now timestamptz)
returns table (task_id bigint, action text)
language plpgsql stable
as $$
begin
  return query
  select t.id, tt.stale -> t.state::text ->> 'action'
  from cairn.task_core t
  join cairn.templates tt on tt.id = t.template_id
  join cairn.namespaces n on n.id = t.namespace_id,
  lateral (
    select p_now - make_interval(secs => (tt.stale -> t.state::text ->> 'after_ms')::bigint / 1000.0) as since) x
  where t.id = any (p_tasks) and t.ending is null and n.paused_at is null
    and coalesce(t.moved_at, t.created_at) <= x.since and (n.resumed_at > x.since) is not true
    and not exists (
      select from cairn.step_core s
      where s.task_id = t.id and (s.state = 'in_progress' or s.run_at > x.since or (s.state = 'enqueued' and exists (
        select from cairn.workers w
        where (w.state in ('live', 'draining') or w.ended_at > x.since)
          and s.namespace_id = any (w.namespace_ids) and s.handler_id = any (w.handler_ids)))));
end
$$;

create or replace function cairn.end_stale_tasks(p_tasks bigint[], p_now timestamptz) returns integer
language plpgsql
as $$
declare
  v_count integer := 0;
  v_message text;
  r record;
begin
  -- A claim takes no lock of the task, but of the step: whoever claims right now is waited for.
  perform from cairn.step_core s
  where s.task_id = any (p_tasks) and s.state = 'enqueued' order by s.task_id, s.step_no for no key update;
  -- Again, under the locks and in a statement of its own: what has moved in between is not stale.
  for r in
    select s.task_id, s.action, t.state, t.moved_at
    from cairn.stale_tasks(p_tasks, p_now) s
    join cairn.task_core t on t.id = s.task_id
    where s.action = 'error' or (s.action = 'dead_letter' and not exists (
      -- Once for each rest: an entry that was closed is not opened again until something has moved.
      select from cairn.dead_letters d where d.task_id = s.task_id and d.opened_at >= t.moved_at))
    order by s.task_id
  loop
    v_message := format('no step has moved since %s; the task is %s', r.moved_at, r.state);
    perform cairn.open_dead_letters(array[r.task_id], p_now, 'stale', v_message);
    if r.action = 'error' then
      perform set_config('cairn.actor', 'cairn', true), set_config('cairn.reason', v_message, true);
      update cairn.step_core s
      set prev_state = s.state, state = 'cancelled', event = 'cancel', finished_at = p_now, run_at = null
      where s.task_id = r.task_id and s.state in ('pending', 'enqueued', 'waiting_for_retry');
      update cairn.task_core t
      set prev_state = t.state, state = 'error', event = 'stale', state_at = p_now, moved_at = p_now,
        finished_at = p_now, dropped_steps = t.dropped_steps + t.open_steps, open_steps = 0, active_steps = 0,
        retrying_steps = 0, delayed_steps = 0
      where t.id = r.task_id;
      perform cairn.end_action();
    end if;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
