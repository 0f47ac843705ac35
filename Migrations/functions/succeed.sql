-- The plain course of things: steps succeed, and what depended on them is ready. Three statements, whatever their number:
-- settle, unlock, count. It assumes that the caller holds the locks of the task rows (lock_tasks), so every change of
-- several steps of a task is serial and no join is unlocked twice or never.
--
-- What becomes ready goes on at once with the worker that has reported (`continued`): claimed as it is unlocked, for one
-- change of its row instead of two. That is for the caller to ask for: p_room says for how many steps, the oldest tasks'
-- first, and p_open in which namespaces. A worker gets no more of them than by a claim: steps of its handlers, no
-- suspects, and none when a step of higher priority waits. See docs/decisions/0013-continuation.md.
--
-- Rows go by primary key only: the tests of state and worker are written so that no partial index fits them, for the
-- index of running steps holds every dead entry it ever had.
create or replace function cairn.succeed_steps(
  p_worker cairn.workers, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_results jsonb[],
  p_now timestamptz, p_room integer default 0, p_open integer[] default '{}',
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[],
  out enqueued_handlers integer[], out enqueued_namespaces integer[], out continued cairn.claims)
language plpgsql set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_dependent_tasks bigint[];
  v_dependent_steps integer[];
  v_dependent_counts integer[];
  v_room integer := p_room;
  v_outranked boolean;
  v_ready bigint[];
  v_delayed bigint[];
  v_continued_tasks bigint[];
  v_continued_steps integer[];
  v_continued_attempts smallint[];
  v_continued_ranks smallint[];
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
  edges as (
    select task_id, dependent, count(*)::integer as n
    from settled, unnest(dependents) dependent
    group by task_id, dependent
  )
  select s.t, s.n, s.a, e.t, e.d, e.n,
    v_room > 0 and exists (
      select from (select distinct namespace_id, rank from settled) r
      where exists (
        select from cairn.step_core b
        where b.namespace_id = r.namespace_id and b.state = 'enqueued' and b.rank < r.rank
          and b.handler_id = any (p_worker.handler_ids)))
  into settled_tasks, settled_steps, settled_attempts, v_dependent_tasks, v_dependent_steps, v_dependent_counts,
    v_outranked
  from (select array_agg(task_id) as t, array_agg(step_no) as n, array_agg(attempt) as a from settled) s,
    (
      select array_agg(o.task_id) as t, array_agg(o.dependent) as d, array_agg(o.n) as n
      from (select * from edges order by task_id, dependent) o) e;
  if settled_tasks is null then
    return;
  end if;

  if v_dependent_tasks is not null then
    if v_outranked then
      v_room := 0;
    end if;
    with unlocked as (
      update cairn.step_core s
      set waiting = greatest(s.waiting - d.n, 0),
        prev_state = s.state,
        (state, event, enqueued_at, run_at, attempt, worker_id, started_at, expires_at) = (
          select case when goes_on then 'in_progress' when now_ready then 'enqueued' else s.state end,
            case when goes_on then 'start' when now_ready then 'enqueue' else s.event end,
            case when now_ready then p_now else s.enqueued_at end,
            case when goes_on then null when is_met then p_now + make_interval(secs => s.delay_ms / 1000.0) else s.run_at end,
            case when goes_on then s.attempt + 1 else s.attempt end,
            case when goes_on then p_worker.id else s.worker_id end,
            case when goes_on then p_now else s.started_at end,
            case when goes_on then p_now + make_interval(secs => s.timeout_ms / 1000.0) else s.expires_at end
          from (select s.waiting = d.n and s.state = 'pending' as is_met) x,
            lateral (select is_met and s.delay_ms is null as now_ready) y,
            lateral (
              select now_ready and d.number <= v_room and not s.suspect and s.handler_id = any (p_worker.handler_ids)
                and s.namespace_id = any (p_open) as goes_on) z)
      from unnest(v_dependent_tasks, v_dependent_steps, v_dependent_counts)
        with ordinality d (task_id, step_no, n, number)
      where s.task_id = d.task_id and s.step_no = d.step_no
      returning s.task_id, s.step_no, s.attempt, s.rank, s.handler_id, s.namespace_id, s.state, s.prev_state, s.waiting
    )
    select array_agg(task_id) filter (where state <> 'pending'),
      array_agg(handler_id) filter (where state = 'enqueued'),
      array_agg(namespace_id) filter (where state = 'enqueued'),
      array_agg(task_id) filter (where state = 'pending'),
      array_agg(task_id) filter (where state = 'in_progress'),
      array_agg(step_no) filter (where state = 'in_progress'),
      array_agg(attempt) filter (where state = 'in_progress'),
      array_agg(rank) filter (where state = 'in_progress')
    into v_ready, enqueued_handlers, enqueued_namespaces, v_delayed, v_continued_tasks, v_continued_steps,
      v_continued_attempts, v_continued_ranks
    from unlocked
    where prev_state = 'pending' and waiting = 0;
    if v_continued_tasks is not null then
      continued := row(v_continued_tasks, v_continued_steps, v_continued_attempts, v_continued_ranks)::cairn.claims;
    end if;
  end if;

  -- How many tasks the lists have, a planner cannot know. It takes them for more than they are, and while there are some
  -- thousand tasks it would rather read them all for a hash than look up one: so the settings.
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
      ) n)
  from (
    select task_id, sum(done)::integer as done, sum(ready)::integer as ready, sum(delayed)::integer as delayed
    from (
      select unnest(settled_tasks) as task_id, 1 as done, 0 as ready, 0 as delayed
      union all
      select unnest(v_ready), 0, 1, 0
      union all
      select unnest(v_delayed), 0, 0, 1
    ) happened
    group by task_id
  ) d
  where t.id = d.task_id;
end
$$;
