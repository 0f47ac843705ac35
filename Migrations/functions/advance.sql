-- The long way to carry tasks on: the graph is looked at as it stands, and nothing is taken from counters. It serves
-- whatever is not the plain course of things: failures that change the graph, operators, repairs, due times.
-- Everything here assumes that the caller holds the locks of the task rows.

-- Skips what a failure excludes, enqueues what is ready, and derives the tasks' states. `p_start` begins tasks that
-- wait for their time; `p_repair` says that an operator leads on. Returns what was enqueued.
create or replace function cairn.advance_tasks(
  p_tasks bigint[], p_now timestamptz, p_start boolean default false, p_repair boolean default false,
  out enqueued_handlers integer[], out enqueued_namespaces integer[])
language plpgsql
as $$
begin
  perform cairn.skip_excluded(p_tasks, p_now);
  with pending as (
    select s.task_id, s.step_no, s.waiting, s.run_at, x.unmet,
      x.unmet = 0 and t.ending is null and (t.state <> 'pending' or p_start) as ready
    from cairn.step_core s
    join cairn.task_core t on t.id = s.task_id
    -- The offsets have each row looked up by both its columns: by the first alone and then filtered, each step of a large
    -- task would read all of that task, or of its template.
    cross join lateral (
      select y.depends_on from cairn.template_steps y
      where y.template_id = t.template_id and y.step_no = s.step_no offset 0) ts
    cross join lateral (
      select count(*)::integer as unmet
      from unnest(ts.depends_on) n (step_no)
      cross join lateral (
        select y.state from cairn.step_core y where y.task_id = s.task_id and y.step_no = n.step_no offset 0) d
      cross join lateral (
        select y.on_failure from cairn.template_steps y
        where y.template_id = t.template_id and y.step_no = n.step_no offset 0) dt
      where d.state not in ('complete', 'resolved_manually')
        and not (d.state = 'error' and dt.on_failure = 'continue')
    ) x
    where s.task_id = any (p_tasks) and s.state = 'pending'
  ),
  advanced as (
    update cairn.step_core s
    set waiting = p.unmet,
      prev_state = s.state,
      (state, event, enqueued_at, run_at) = (
        select case when due then 'enqueued' else s.state end,
          case when due then 'enqueue' else s.event end,
          case when due then p_now else s.enqueued_at end,
          case when p.ready and not due then coalesce(s.run_at, p_now + make_interval(secs => s.delay_ms / 1000.0)) end
        from (select p.ready and (s.delay_ms is null or s.run_at <= p_now) is true as due) x)
    from pending p
    where s.task_id = p.task_id and s.step_no = p.step_no and (p.ready or p.waiting <> p.unmet or p.run_at is not null)
    returning s.handler_id, s.namespace_id, s.state
  )
  select array_agg(handler_id), array_agg(distinct namespace_id)
  into enqueued_handlers, enqueued_namespaces
  from advanced
  where state = 'enqueued';
  perform cairn.recount_tasks(p_tasks, p_now, p_repair);
end
$$;

-- Skips the pending steps that a failure with `skip_dependents` excludes, and what depends on them in turn: one walk
-- along the edges, however deep the graph is.
create or replace function cairn.skip_excluded(p_tasks bigint[], p_now timestamptz) returns void
language plpgsql
as $$
begin
  with recursive excluded (task_id, template_id, step_no) as (
    select s.task_id, t.template_id, unnest(s.dependents)
    from cairn.task_core t
    join cairn.step_core s on s.task_id = t.id
    join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
    where t.id = any (p_tasks) and (s.state = 'skipped' or (s.state = 'error' and ts.on_failure = 'skip_dependents'))
    union
    select s.task_id, e.template_id, unnest(s.dependents)
    from excluded e
    join cairn.step_core s on s.task_id = e.task_id and s.step_no = e.step_no
    where s.state in ('pending', 'skipped')
  )
  update cairn.step_core s
  set prev_state = s.state, state = 'skipped', event = 'skip', finished_at = p_now, run_at = null
  from excluded e
  where s.task_id = e.task_id and s.step_no = e.step_no and s.state = 'pending';
end
$$;

-- The counters and the state of tasks as their steps say.
create or replace function cairn.counted_tasks(p_tasks bigint[])
returns table (
  task_id bigint, open_steps integer, active_steps integer, retrying_steps integer, delayed_steps integer,
  failed_steps integer, blocking_steps integer, tolerated_steps integer, dropped_steps integer,
  started_at timestamptz, state cairn.task_state)
language plpgsql stable set enable_hashjoin = on set enable_mergejoin = on
as $$
#variable_conflict use_column
begin
  return query
  select n.task_id, n.open, n.active, n.retrying, n.delayed, n.failed, n.blocking, n.tolerated, n.dropped, n.started_at,
    -- A task that has not begun stays so until its time comes.
    case when n.task_state = 'pending' and n.ending is null and n.active + n.delayed = 0 and n.open > 0 then 'pending'
      else cairn.derive_task_state(n.open, n.active, n.retrying, n.delayed, n.failed, n.blocking, n.ending)
    end
  from (
    select s.task_id, x.state as task_state, x.ending, min(s.started_at) as started_at,
      (count(*) filter (where s.state in ('pending', 'enqueued', 'in_progress', 'waiting_for_retry')))::integer as open,
      (count(*) filter (where s.state in ('enqueued', 'in_progress')))::integer as active,
      (count(*) filter (where s.state = 'waiting_for_retry'))::integer as retrying,
      (count(*) filter (where s.state = 'pending' and s.run_at is not null))::integer as delayed,
      (count(*) filter (where s.state = 'error' and ts.on_failure in ('error', 'block')))::integer as failed,
      (count(*) filter (where s.state = 'error' and ts.on_failure = 'block'))::integer as blocking,
      (count(*) filter (where s.state = 'error' and ts.on_failure in ('continue', 'skip_dependents')))::integer
        as tolerated,
      (count(*) filter (where s.state in ('skipped', 'cancelled')))::integer as dropped
    from cairn.task_core x
    join cairn.step_core s on s.task_id = x.id
    join cairn.template_steps ts on ts.template_id = x.template_id and ts.step_no = s.step_no
    where x.id = any (p_tasks)
    group by s.task_id, x.state, x.ending
  ) n;
end
$$;

-- Counts the steps of tasks as they stand, and derives the tasks' states. See count_steps for the settings; those of
-- counted_tasks are the usual ones again, for a task may have many steps.
create or replace function cairn.recount_tasks(p_tasks bigint[], p_now timestamptz, p_repair boolean default false)
returns void
language plpgsql set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  update cairn.task_core t
  set open_steps = c.open_steps, active_steps = c.active_steps, retrying_steps = c.retrying_steps,
    delayed_steps = c.delayed_steps, failed_steps = c.failed_steps, blocking_steps = c.blocking_steps,
    tolerated_steps = c.tolerated_steps, dropped_steps = c.dropped_steps,
    prev_state = t.state,
    state = c.state,
    event = case when c.state = t.state then t.event else cairn.task_event_for(t.state, c.state, p_repair) end,
    moved_at = p_now,
    state_at = case when c.state = t.state then t.state_at else p_now end,
    started_at = coalesce(t.started_at, c.started_at),
    finished_at = case when c.state not in ('complete', 'error', 'cancelled', 'resolved_manually') then null
      when c.state = t.state then t.finished_at else p_now end
  from cairn.counted_tasks(p_tasks) c
  where t.id = c.task_id;
end
$$;

-- Begins to end tasks, whatever their steps: what waits is cancelled at once, what runs is asked to stop, and what it
-- returns is not wanted. The task is in `p_target` as soon as nothing runs any more.
create or replace function cairn.stop_tasks(p_tasks bigint[], p_target cairn.task_state, p_now timestamptz)
returns void
language plpgsql
as $$
declare
  v_worker bigint;
begin
  update cairn.task_core t set ending = p_target, prev_state = t.state where t.id = any (p_tasks);
  update cairn.step_core s
  set prev_state = s.state, state = 'cancelled', event = 'cancel', finished_at = p_now, run_at = null
  where s.task_id = any (p_tasks) and s.state in ('pending', 'enqueued', 'waiting_for_retry');
  update cairn.step_core s
  set prev_state = s.state, stopping = true
  where s.task_id = any (p_tasks) and s.state = 'in_progress';
  for v_worker in
    select distinct s.worker_id from cairn.step_core s where s.task_id = any (p_tasks) and s.state = 'in_progress'
  loop
    perform pg_notify('cairn_worker_' || v_worker, '');
  end loop;
  perform cairn.recount_tasks(p_tasks, p_now);
end
$$;

-- Ends those of the tasks that are not to outlive a failure of this moment: one of before, which an operator has
-- carried the task on with, does not count, whatever else fails.
create or replace function cairn.fail_fast(p_tasks bigint[], p_now timestamptz) returns void
language plpgsql
as $$
declare
  v_tasks bigint[] := array(
    select t.id from cairn.task_core t
    join cairn.templates tt on tt.id = t.template_id
    where t.id = any (p_tasks) and tt.fail_fast and t.ending is null
      and exists (
        select from cairn.step_core s
        join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
        where s.task_id = t.id and s.state = 'error' and s.finished_at = p_now and ts.on_failure = 'error'));
begin
  if v_tasks <> '{}' then
    perform cairn.stop_tasks(v_tasks, 'error', p_now);
  end if;
end
$$;
