-- The plain course of things: steps succeed, and what depended on them is ready. One statement, whatever their number:
-- settle, unlock, count. It assumes that the caller holds the locks of the task rows (lock_tasks), so every change of
-- several steps of a task is serial and no join is unlocked twice or never.
--
-- One statement, because what PostgreSQL takes to begin each is much of their time. Its joins can only be by primary key:
-- how many rows there are a planner cannot know, and among some thousand tasks it would rather read them all for a hash
-- than look up one. So the settings.
--
-- What becomes ready goes on at once with the worker that has reported (`continued`): claimed as it is unlocked, for one
-- change of its row instead of two. That is for the caller to ask for: p_room says for how many steps, the oldest tasks'
-- first, p_open in which namespaces, and the floors of which ranks the worker knows. It gets no more of them than by a
-- claim: steps of its handlers, no suspects, and none when a step of higher priority may wait. See docs/decisions/0013-continuation.md.
create or replace function cairn.succeed_steps(
  p_worker cairn.workers, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_results jsonb[],
  p_now timestamptz, p_room integer default 0, p_open integer[] default '{}', p_floor_namespaces integer[] default '{}',
  p_floor_ranks smallint[] default '{}',
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[],
  out enqueued_handlers integer[], out enqueued_namespaces integer[], out continued cairn.claims)
language plpgsql set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  c cairn.claims;
begin
  with settled as (
    update cairn.step_core s
    set prev_state = s.state, state = 'complete', event = 'complete', expires_at = null, finished_at = p_now,
      history_id = nextval('cairn.history_ids')
    from unnest(p_tasks, p_steps, p_attempts, p_results) d (task_id, step_no, attempt, result)
    where s.task_id = d.task_id and s.step_no = d.step_no and s.attempt = d.attempt
      and s.worker_id = p_worker.id and s.state = 'in_progress'
      and not s.stopping
    returning s.task_id, s.step_no, s.attempt, s.worker_id, s.enqueued_at, s.started_at, s.dependents, s.namespace_id,
      s.rank, s.history_id, d.result
  ),
  attempts as (
    insert into cairn.step_attempts
      (task_id, step_no, attempt, outcome, worker_id, enqueued_at, started_at, finished_at, result)
    select task_id, step_no, attempt, 'succeeded', worker_id, enqueued_at, started_at, p_now, coalesce(result, 'null')
    from settled
  ),
  -- What is best for this worker of what it has settled: neither does a step of higher priority wait, as of before this
  -- statement, nor has the worker a floor of one, from which a claim has to look.
  ranks as (
    select r.namespace_id, r.rank,
      p_room > 0
        and not exists (
          select from unnest(p_floor_namespaces, p_floor_ranks) f (namespace_id, rank)
          where f.namespace_id = r.namespace_id and f.rank < r.rank)
        and not exists (
          select from cairn.step_core b
          where b.namespace_id = r.namespace_id and b.ready and b.rank < r.rank
            and b.handler_id = any (p_worker.handler_ids)) as is_best
    from (select distinct namespace_id, rank from settled) r
  ),
  met as (
    select s.task_id, dependent as step_no, count(*)::integer as n,
      r.is_best and row_number() over (order by s.rank, s.task_id, dependent) <= p_room as may_go_on
    from settled s
    join ranks r on r.namespace_id = s.namespace_id and r.rank = s.rank,
    unnest(s.dependents) dependent
    group by s.rank, s.task_id, dependent, r.is_best
  ),
  unlocked as (
    update cairn.step_core s
    set waiting = greatest(s.waiting - d.n, 0),
      prev_state = s.state,
      (state, event, enqueued_at, run_at, attempt, worker_id, started_at, expires_at, history_id) = (
        select case next when 'goes on' then 'in_progress' when 'is ready' then 'enqueued' else s.state end,
          case next when 'goes on' then 'start' when 'is ready' then 'enqueue' else s.event end,
          case when next in ('goes on', 'is ready') then p_now else s.enqueued_at end,
          case next when 'goes on' then null when 'is delayed' then p_now + make_interval(secs => s.delay_ms / 1000.0)
            else s.run_at end,
          case next when 'goes on' then s.attempt + 1 else s.attempt end,
          case next when 'goes on' then p_worker.id else s.worker_id end,
          case next when 'goes on' then p_now else s.started_at end,
          case next when 'goes on' then p_now + make_interval(secs => s.timeout_ms / 1000.0) else s.expires_at end,
          case when next in ('goes on', 'is ready') then nextval('cairn.history_ids') else s.history_id end
        -- The offset has it found out once, not anew for each of these.
        from (
          select case
              when s.waiting <> d.n or s.state <> 'pending' then 'waits'
              when s.delay_ms is not null then 'is delayed'
              when d.may_go_on and not s.suspect and s.handler_id = any (p_worker.handler_ids)
                and s.namespace_id = any (p_open)
                then 'goes on'
              else 'is ready'
            end as next
          offset 0) x)
    from met d
    where s.task_id = d.task_id and s.step_no = d.step_no
    returning s.task_id, s.step_no, s.attempt, s.max_attempts, s.rank, s.handler_id, s.namespace_id, s.worker_id,
      s.state, s.event, s.expires_at, s.history_id, s.prev_state = 'pending' and s.waiting = 0 as is_met
  ),
  claims as (
    insert into cairn.step_claims (worker_id, expires_at, tasks, steps)
    select p_worker.id, min(expires_at), array_agg(task_id), array_agg(step_no)
    from unlocked where is_met and state = 'in_progress'
    having count(*) > 0
  ),
  -- Each change has named its entry, so the trigger writes none (history.sql).
  history as (
    insert into cairn.step_history
      (id, task_id, step_no, at, event, from_state, to_state, path, attempt, worker_id)
    select history_id, task_id, step_no, p_now, 'complete'::cairn.step_event, 'in_progress'::cairn.step_state,
      'complete'::cairn.step_state, '{in_progress,enqueued_for_orchestration,complete}'::cairn.step_state[], attempt,
      worker_id
    from settled
    union all
    select history_id, task_id, step_no, p_now, event, 'pending', state,
      (case state when 'enqueued' then '{pending,enqueued}' else '{pending,enqueued,in_progress}' end)::cairn.step_state[],
      attempt, worker_id
    from unlocked
    where is_met and state <> 'pending'
  ),
  counted as (
    update cairn.task_core t
    set open_steps = t.open_steps - d.done,
      active_steps = t.active_steps - d.done + d.ready,
      delayed_steps = t.delayed_steps + d.delayed,
      prev_state = t.state,
      moved_at = p_now,
      started_at = coalesce(t.started_at, (select min(s.started_at) from cairn.step_core s where s.task_id = t.id)),
      (state, event, state_at, finished_at, history_id) = (
        select n.state,
          case when n.state = t.state then t.event else cairn.task_event_for(t.state, n.state) end,
          case when n.state = t.state then t.state_at else p_now end,
          case when n.state in ('complete', 'error') then p_now end,
          case when n.state = 'complete' and t.state = 'steps_in_process' and not t.has_hook
            then nextval('cairn.history_ids') else t.history_id end
        from (
          select cairn.derive_task_state(t.open_steps - d.done, t.active_steps - d.done + d.ready, t.retrying_steps,
            t.delayed_steps + d.delayed, t.failed_steps, t.blocking_steps, t.ending) as state
          offset 0) n)
    from (
      select task_id, sum(done)::integer as done, sum(ready)::integer as ready, sum(delayed)::integer as delayed
      from (
        select task_id, 1 as done, 0 as ready, 0 as delayed from settled
        union all
        select task_id, 0, (state <> 'pending')::integer, (state = 'pending')::integer from unlocked where is_met
      ) happened
      group by task_id
    ) d
    where t.id = d.task_id
    returning t.id, t.state, t.prev_state, t.has_hook, t.history_id
  ),
  -- Tasks that complete and nobody is to be told of; every other change of a task is the trigger's.
  completed as (
    insert into cairn.task_history (id, task_id, at, event, from_state, to_state, path)
    select history_id, id, p_now, 'all_steps_successful', 'steps_in_process', 'complete',
      '{steps_in_process,evaluating_results,complete}'
    from counted
    where state = 'complete' and prev_state = 'steps_in_process' and not has_hook
  )
  select s.tasks, s.steps, s.attempts, u.handlers, u.namespaces, u.tasks, u.steps, u.attempts, u.ranks, u.max_attempts
  into settled_tasks, settled_steps, settled_attempts, enqueued_handlers, enqueued_namespaces, c.tasks, c.steps,
    c.attempts, c.ranks, c.max_attempts
  from (
    select array_agg(task_id) as tasks, array_agg(step_no) as steps, array_agg(attempt) as attempts from settled) s,
    (
      select array_agg(handler_id) filter (where state = 'enqueued') as handlers,
        array_agg(namespace_id) filter (where state = 'enqueued') as namespaces,
        array_agg(task_id) filter (where state = 'in_progress') as tasks,
        array_agg(step_no) filter (where state = 'in_progress') as steps,
        array_agg(attempt) filter (where state = 'in_progress') as attempts,
        array_agg(rank) filter (where state = 'in_progress') as ranks,
        array_agg(max_attempts) filter (where state = 'in_progress') as max_attempts
      from unlocked where is_met) u;
  if c.tasks is not null then
    continued := c;
  end if;
end
$$;

-- The same for one step on which at most one other depends, as in a chain: what an idle system does all the time. There
-- the work is nothing against what PostgreSQL takes to begin a statement of many parts, so these are few and small, and
-- what can be decided without one is. It locks the task itself. Nothing is settled (`is_settled`) when the worker does not
-- hold the attempt, the task is being stopped, or more than one step depends on this: that is for succeed_steps. Where the
-- worker goes on, `may_find` says whether there is anything else for it to claim.
drop function if exists cairn.succeed_step(
  cairn.workers, bigint, integer, smallint, jsonb, integer, integer[], smallint[]);
create or replace function cairn.succeed_step(
  p_worker cairn.workers, p_task bigint, p_step integer, p_attempt smallint, p_result jsonb, p_want integer,
  p_floor_namespaces integer[], p_floor_ranks smallint[], p_floor_tasks bigint[],
  out is_settled boolean, out enqueued_handler integer, out enqueued_namespace integer, out continued cairn.claims,
  out may_find boolean)
language plpgsql
as $$
#variable_conflict use_variable
declare
  t record;
  d record;
  around cairn.surroundings;
  v_now timestamptz;
  v_ready integer := 0;
  v_delayed integer := 0;
  v_state cairn.task_state;
  v_history_id bigint;
begin
  is_settled := false;
  select s.dependents, s.namespace_id, s.rank, s.enqueued_at, s.started_at as began_at, x.state, x.ending,
    x.open_steps, x.active_steps, x.retrying_steps, x.delayed_steps, x.failed_steps, x.blocking_steps, x.started_at
  into t
  from cairn.step_core s
  join cairn.task_core x on x.id = s.task_id
  where s.task_id = p_task and s.step_no = p_step and s.attempt = p_attempt
    and s.worker_id = p_worker.id and s.state = 'in_progress' and not s.stopping
    and cardinality(s.dependents) <= 1
  for no key update of x;
  if not found then
    return;
  end if;
  -- Who waited for the lock must not say that it happened before what it waited for.
  v_now := cairn.clock();

  update cairn.step_core s
  set prev_state = s.state, state = 'complete', event = 'complete', expires_at = null, finished_at = v_now,
    history_id = nextval('cairn.history_ids')
  where s.task_id = p_task and s.step_no = p_step and s.attempt = p_attempt
    and s.worker_id = p_worker.id and s.state = 'in_progress' and not s.stopping
  returning s.history_id into v_history_id;
  if not found then
    return;
  end if;
  is_settled := true;
  insert into cairn.step_attempts
    (task_id, step_no, attempt, outcome, worker_id, enqueued_at, started_at, finished_at, result)
  values (
    p_task, p_step, p_attempt, 'succeeded', p_worker.id, t.enqueued_at, t.began_at, v_now, coalesce(p_result, 'null'));

  if t.dependents <> '{}' then
    -- Whether it may go on with this worker: see succeed_steps. Without floors it looks from the very start.
    if p_want > 0 and p_floor_tasks <> '{}' and p_worker.state = 'live' and t.namespace_id = any (p_worker.namespace_ids)
    then
      around := cairn.look_around(
        p_worker, t.namespace_id, t.rank, p_floor_namespaces, p_floor_ranks, p_floor_tasks);
    end if;
    if around.may_go_on then
      update cairn.step_core s
      set waiting = 0, prev_state = s.state, state = 'in_progress', event = 'start', attempt = s.attempt + 1,
        worker_id = p_worker.id, enqueued_at = v_now, started_at = v_now, run_at = null,
        history_id = nextval('cairn.history_ids'),
        expires_at = v_now + make_interval(secs => s.timeout_ms / 1000.0)
      where s.task_id = p_task and s.step_no = t.dependents[1] and s.state = 'pending' and s.waiting = 1
        and s.delay_ms is null and not s.suspect and s.handler_id = any (p_worker.handler_ids)
      returning s.step_no, s.attempt, s.max_attempts, s.rank, s.expires_at, s.history_id into d;
      if found then
        insert into cairn.step_claims (worker_id, expires_at, tasks, steps)
        values (p_worker.id, d.expires_at, array[p_task], array[d.step_no]);
        v_ready := 1;
        may_find := around.may_find;
        continued := row(array[p_task], array[d.step_no], array[d.attempt], array[d.rank], array[d.max_attempts]);
      end if;
    end if;
    if v_ready = 0 then
      update cairn.step_core s
      set waiting = greatest(s.waiting - 1, 0), prev_state = s.state,
        (state, event, enqueued_at, run_at) = (
          select case when ready and s.delay_ms is null then 'enqueued' else s.state end,
            case when ready and s.delay_ms is null then 'enqueue' else s.event end,
            case when ready and s.delay_ms is null then v_now else s.enqueued_at end,
            case when ready then v_now + make_interval(secs => s.delay_ms / 1000.0) else s.run_at end
          from (select s.waiting = 1 and s.state = 'pending' as ready offset 0) x)
      where s.task_id = p_task and s.step_no = t.dependents[1]
      returning s.step_no, s.attempt, s.handler_id, s.namespace_id, s.state, s.prev_state,
        s.prev_state = 'pending' and s.waiting = 0 as is_met
      into d;
      if d.is_met and d.state = 'enqueued' then
        v_ready := 1;
        enqueued_handler := d.handler_id;
        enqueued_namespace := d.namespace_id;
      elsif d.is_met then
        v_delayed := 1;
      end if;
    end if;
  end if;

  -- A step that is enqueued instead has its entry written by the trigger.
  if continued is null then
    insert into cairn.step_history (id, task_id, step_no, at, event, from_state, to_state, path, attempt, worker_id)
    values (v_history_id, p_task, p_step, v_now, 'complete', 'in_progress', 'complete',
      '{in_progress,enqueued_for_orchestration,complete}', p_attempt, p_worker.id);
  else
    insert into cairn.step_history (id, task_id, step_no, at, event, from_state, to_state, path, attempt, worker_id)
    values (v_history_id, p_task, p_step, v_now, 'complete', 'in_progress', 'complete',
        '{in_progress,enqueued_for_orchestration,complete}', p_attempt, p_worker.id),
      (d.history_id, p_task, d.step_no, v_now, 'start', 'pending', 'in_progress', '{pending,enqueued,in_progress}',
        d.attempt, p_worker.id);
  end if;

  v_state := cairn.derive_task_state(
    t.open_steps - 1, t.active_steps - 1 + v_ready, t.retrying_steps, t.delayed_steps + v_delayed, t.failed_steps,
    t.blocking_steps, t.ending);
  if v_state = t.state and t.started_at is not null then
    update cairn.task_core x
    set open_steps = x.open_steps - 1, active_steps = x.active_steps - 1 + v_ready,
      delayed_steps = x.delayed_steps + v_delayed, prev_state = x.state, moved_at = v_now
    where x.id = p_task;
  else
    perform cairn.move_task(p_task, v_state, v_ready, v_delayed, v_now);
  end if;
end
$$;

-- Counts a step that succeeded, and those it made ready, where that changes the state of their task. A task that completes and
-- of which nobody is to be told has its entry written here; every other change is the trigger's.
create or replace function cairn.move_task(
  p_task bigint, p_state cairn.task_state, p_ready integer, p_delayed integer, p_now timestamptz)
returns void
language plpgsql
as $$
declare
  r record;
begin
  update cairn.task_core t
  set open_steps = t.open_steps - 1, active_steps = t.active_steps - 1 + p_ready,
    delayed_steps = t.delayed_steps + p_delayed, prev_state = t.state, moved_at = p_now,
    started_at = coalesce(t.started_at, (select min(s.started_at) from cairn.step_core s where s.task_id = t.id)),
    state = p_state,
    event = case when p_state = t.state then t.event else cairn.task_event_for(t.state, p_state) end,
    state_at = case when p_state = t.state then t.state_at else p_now end,
    finished_at = case when p_state in ('complete', 'error') then p_now end,
    history_id = case
      when p_state = 'complete' and t.state = 'steps_in_process' and not t.has_hook then nextval('cairn.history_ids')
      else t.history_id
    end
  where t.id = p_task
  returning t.history_id, t.state = 'complete' and t.prev_state = 'steps_in_process' and not t.has_hook as is_completed
  into r;
  if r.is_completed then
    insert into cairn.task_history (id, task_id, at, event, from_state, to_state, path)
    values (r.history_id, p_task, p_now, 'all_steps_successful', 'steps_in_process', 'complete',
      '{steps_in_process,evaluating_results,complete}');
  end if;
end
$$;
