-- The plain course of things: steps succeed, and what depended on them is ready. One statement, whatever their number:
-- settle, unlock, count. It assumes that the caller holds the locks of the task rows (lock_tasks), so every change of
-- several steps of a task is serial and no join is unlocked twice or never.
--
-- One statement, because at a single step most of its time is what PostgreSQL takes to begin each; and the trigger that
-- writes the history runs once for both changes of steps. Its joins can only be by primary key: how many rows there are
-- a planner cannot know, and among some thousand tasks it would rather read them all for a hash than look up one. So
-- the settings; and the tests of state and worker are written so that no partial index fits them, for the index of
-- running steps holds every dead entry it ever had.
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
  c_tasks bigint[];
  c_steps integer[];
  c_attempts smallint[];
  c_ranks smallint[];
begin
  with settled as (
    update cairn.step_core s
    set prev_state = s.state, state = 'complete', event = 'complete', expires_at = null, finished_at = p_now
    from unnest(p_tasks, p_steps, p_attempts, p_results) d (task_id, step_no, attempt, result)
    where s.task_id = d.task_id and s.step_no = d.step_no and s.attempt = d.attempt
      and s.worker_id is not distinct from p_worker.id and s.state is not distinct from 'in_progress'
      and not s.stopping
    returning s.task_id, s.step_no, s.attempt, s.worker_id, s.enqueued_at, s.started_at, s.dependents, s.namespace_id,
      s.rank, d.result
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
          where b.namespace_id = r.namespace_id and b.state = 'enqueued' and b.rank < r.rank
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
      (state, event, enqueued_at, run_at, attempt, worker_id, started_at, expires_at) = (
        select case next when 'goes on' then 'in_progress' when 'is ready' then 'enqueued' else s.state end,
          case next when 'goes on' then 'start' when 'is ready' then 'enqueue' else s.event end,
          case when next in ('goes on', 'is ready') then p_now else s.enqueued_at end,
          case next when 'goes on' then null when 'is delayed' then p_now + make_interval(secs => s.delay_ms / 1000.0)
            else s.run_at end,
          case next when 'goes on' then s.attempt + 1 else s.attempt end,
          case next when 'goes on' then p_worker.id else s.worker_id end,
          case next when 'goes on' then p_now else s.started_at end,
          case next when 'goes on' then p_now + make_interval(secs => s.timeout_ms / 1000.0) else s.expires_at end
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
    returning s.task_id, s.step_no, s.attempt, s.rank, s.handler_id, s.namespace_id, s.state,
      s.prev_state = 'pending' and s.waiting = 0 as is_met
  ),
  counted as (
    update cairn.task_core t
    set open_steps = t.open_steps - d.done,
      active_steps = t.active_steps - d.done + d.ready,
      delayed_steps = t.delayed_steps + d.delayed,
      prev_state = t.state,
      moved_at = p_now,
      started_at = coalesce(t.started_at, (select min(s.started_at) from cairn.step_core s where s.task_id = t.id)),
      (state, event, state_at, finished_at) = (
        select n.state,
          case when n.state = t.state then t.event else cairn.task_event_for(t.state, n.state) end,
          case when n.state = t.state then t.state_at else p_now end,
          case when n.state in ('complete', 'error') then p_now end
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
  )
  select s.tasks, s.steps, s.attempts, u.handlers, u.namespaces, u.tasks, u.steps, u.attempts, u.ranks
  into settled_tasks, settled_steps, settled_attempts, enqueued_handlers, enqueued_namespaces, c_tasks, c_steps,
    c_attempts, c_ranks
  from (
    select array_agg(task_id) as tasks, array_agg(step_no) as steps, array_agg(attempt) as attempts from settled) s,
    (
      select array_agg(handler_id) filter (where state = 'enqueued') as handlers,
        array_agg(namespace_id) filter (where state = 'enqueued') as namespaces,
        array_agg(task_id) filter (where state = 'in_progress') as tasks,
        array_agg(step_no) filter (where state = 'in_progress') as steps,
        array_agg(attempt) filter (where state = 'in_progress') as attempts,
        array_agg(rank) filter (where state = 'in_progress') as ranks
      from unlocked where is_met) u;
  if c_tasks is not null then
    continued := row(c_tasks, c_steps, c_attempts, c_ranks)::cairn.claims;
  end if;
end
$$;
