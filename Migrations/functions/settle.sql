-- Settling: what a finished step does to its task. Everything here assumes that the caller holds the locks of the task
-- rows (lock_tasks), so every change of several steps of a task is serial and no join is unlocked twice or never.

-- The task row is the task's lock. Taken in id order, so that two callers cannot wait for each other.
create or replace function cairn.lock_tasks(p_task_ids bigint[]) returns void
language plpgsql
as $$
begin
  perform from cairn.task_core t where t.id = any (p_task_ids) order by t.id for no key update;
end
$$;

-- Steps that succeeded, reported by the worker that holds them. Rows go by primary key only: the tests of state and
-- worker are written so that no partial index fits them, for the index of running steps holds every dead entry it
-- ever had. Returns the settled steps and the dependants each of them unlocked.
create or replace function cairn.settle_successes(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_results jsonb[], p_now timestamptz,
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[],
  out dependent_tasks bigint[], out dependent_steps integer[], out dependent_counts integer[])
language plpgsql
as $$
begin
  with settled as (
    update cairn.step_core s
    set prev_state = s.state, state = 'complete', event = 'complete', expires_at = null, finished_at = p_now
    from unnest(p_tasks, p_steps, p_attempts, p_results) d (task_id, step_no, attempt, result)
    where s.task_id = d.task_id and s.step_no = d.step_no and s.attempt = d.attempt
      and s.worker_id is not distinct from p_worker_id and s.state is not distinct from 'in_progress'
    returning s.task_id, s.step_no, s.attempt, s.worker_id, s.enqueued_at, s.started_at, s.dependents, d.result
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
  select s.t, s.n, s.a, e.t, e.d, e.n
  into settled_tasks, settled_steps, settled_attempts, dependent_tasks, dependent_steps, dependent_counts
  from (select array_agg(task_id) as t, array_agg(step_no) as n, array_agg(attempt) as a from settled) s,
    (select array_agg(task_id) as t, array_agg(dependent) as d, array_agg(n) as n from edges) e;
end
$$;

-- Attempts that failed, whoever says so: the worker (retryable, permanent), its deadline (timed_out) or its silence
-- (lease_lost). A failed attempt is followed by another while the step has attempts left, unless it was permanent. A
-- lost lease is not the step's fault, so it waits no backoff. `retry_after` (milliseconds) comes from whoever refused
-- the step, and is honoured up to a day when it is longer than the backoff. Returns how each step went on.
create or replace function cairn.settle_failures(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes cairn.attempt_outcome[],
  p_errors jsonb[], p_retry_after bigint[], p_now timestamptz,
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[], out retrying boolean[])
language plpgsql
as $$
begin
  with settled as (
    update cairn.step_core s
    set prev_state = s.state,
      state = (case when x.retry then 'waiting_for_retry' else 'error' end)::cairn.step_state,
      event = (case when x.retry then 'wait_for_retry' else 'fail' end)::cairn.step_event,
      run_at = case when x.retry then p_now + make_interval(secs => x.delay_ms / 1000.0) end,
      expires_at = null,
      finished_at = case when x.retry then null else p_now end
    from unnest(p_tasks, p_steps, p_attempts, p_outcomes, p_errors, p_retry_after)
        d (task_id, step_no, attempt, outcome, error, retry_after)
    join cairn.task_core t on t.id = d.task_id
    join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = d.step_no,
    lateral (
      select d.outcome <> 'permanent' and d.attempt < ts.max_attempts as retry,
        case when d.outcome = 'lease_lost' then 0
          else greatest(least(coalesce(d.retry_after, 0), 86400000), cairn.retry_delay_ms(
            ts.backoff, ts.backoff_base_ms, ts.backoff_max_ms, ts.jitter, d.attempt, random()))
        end as delay_ms
    ) x
    where s.task_id = d.task_id and s.step_no = d.step_no and s.attempt = d.attempt
      and s.worker_id is not distinct from p_worker_id and s.state is not distinct from 'in_progress'
    returning s.task_id, s.step_no, s.attempt, s.worker_id, s.enqueued_at, s.started_at, d.outcome, d.error, x.retry
  ),
  attempts as (
    insert into cairn.step_attempts
      (task_id, step_no, attempt, outcome, worker_id, enqueued_at, started_at, finished_at, error)
    select task_id, step_no, attempt, outcome, worker_id, enqueued_at, started_at, p_now, error from settled
  )
  select array_agg(task_id), array_agg(step_no), array_agg(attempt), array_agg(retry)
  into settled_tasks, settled_steps, settled_attempts, retrying
  from settled;
end
$$;

-- Counts dependencies down; a step that waits for no other is enqueued. Returns what was enqueued.
create or replace function cairn.unlock_dependents(
  p_tasks bigint[], p_steps integer[], p_counts integer[], p_now timestamptz,
  out enqueued_tasks bigint[], out enqueued_handlers integer[], out enqueued_namespaces integer[])
language plpgsql
as $$
begin
  with unlocked as (
    update cairn.step_core s
    set waiting = s.waiting - d.n,
      prev_state = s.state,
      state = case when s.waiting = d.n and s.state = 'pending' then 'enqueued' else s.state end,
      event = case when s.waiting = d.n and s.state = 'pending' then 'enqueue' else s.event end,
      enqueued_at = case when s.waiting = d.n and s.state = 'pending' then p_now else s.enqueued_at end
    from unnest(p_tasks, p_steps, p_counts) d (task_id, step_no, n)
    where s.task_id = d.task_id and s.step_no = d.step_no
    returning s.task_id, s.handler_id, s.namespace_id, s.state, s.prev_state
  )
  select array_agg(task_id), array_agg(handler_id), array_agg(namespace_id)
  into enqueued_tasks, enqueued_handlers, enqueued_namespaces
  from unlocked
  where state = 'enqueued' and prev_state = 'pending';
end
$$;

-- Counts what happened to the steps of tasks, and derives the tasks' states from the counters. A task stands in a list
-- once for each of its steps to which that happened.
create or replace function cairn.count_steps(
  p_succeeded bigint[], p_retrying bigint[], p_failed bigint[], p_enqueued bigint[], p_resumed bigint[],
  p_now timestamptz)
returns void
language plpgsql
as $$
begin
  update cairn.task_core t
  set open_steps = t.open_steps + d.open,
    active_steps = t.active_steps + d.active,
    retrying_steps = t.retrying_steps + d.retrying,
    failed_steps = t.failed_steps + d.failed,
    prev_state = t.state,
    (state, event, started_at, finished_at) = (
      select n.state,
        case when n.state = t.state then t.event else cairn.task_event_for(t.state, n.state) end,
        coalesce(t.started_at, (select min(s.started_at) from cairn.step_core s where s.task_id = t.id)),
        case when n.state in ('complete', 'error') then p_now end
      from (
        select cairn.derive_task_state(t.open_steps + d.open, t.active_steps + d.active,
          t.retrying_steps + d.retrying, t.failed_steps + d.failed) as state
      ) n)
  from (
    select task_id, sum(open)::integer as open, sum(active)::integer as active, sum(retrying)::integer as retrying,
      sum(failed)::integer as failed
    from (
      select unnest(p_succeeded) as task_id, -1 as open, -1 as active, 0 as retrying, 0 as failed
      union all
      select unnest(p_retrying), 0, -1, 1, 0
      union all
      select unnest(p_failed), -1, -1, 0, 1
      union all
      select unnest(p_enqueued), 0, 1, 0, 0
      union all
      select unnest(p_resumed), 0, 1, -1, 0
    ) happened
    group by task_id
  ) d
  where t.id = d.task_id;
end
$$;

-- A draining worker hands back what its handlers never began; the attempt is not counted.
create or replace function cairn.release_steps(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_now timestamptz,
  out released_tasks bigint[], out released_steps integer[], out released_attempts smallint[],
  out released_handlers integer[], out released_namespaces integer[])
language plpgsql
as $$
begin
  with released as (
    update cairn.step_core s
    set prev_state = s.state, state = 'enqueued', event = 'release', attempt = s.attempt - 1, expires_at = null,
      started_at = null, enqueued_at = p_now
    from unnest(p_tasks, p_steps, p_attempts) d (task_id, step_no, attempt)
    where s.task_id = d.task_id and s.step_no = d.step_no and s.attempt = d.attempt
      and s.worker_id is not distinct from p_worker_id and s.state is not distinct from 'in_progress'
    returning s.task_id, s.step_no, d.attempt, s.handler_id, s.namespace_id
  )
  select array_agg(task_id), array_agg(step_no), array_agg(attempt), array_agg(handler_id), array_agg(namespace_id)
  into released_tasks, released_steps, released_attempts, released_handlers, released_namespaces
  from released;
end
$$;

-- Settles what a worker reports, whatever the outcomes, and carries each task on. Returns which reports had an effect,
-- and the handlers and namespaces of the steps that are enqueued now.
create or replace function cairn.settle_steps(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes text[],
  p_payloads jsonb[], p_retry_after bigint[], p_now timestamptz,
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[],
  out enqueued_handlers integer[], out enqueued_namespaces integer[])
language plpgsql
as $$
#variable_conflict use_variable
declare
  v_succeeded bigint[];
  v_retrying bigint[];
  v_failed bigint[];
  v_enqueued bigint[];
  v_tasks bigint[] := p_tasks;
  v_steps integer[] := p_steps;
  v_attempts smallint[] := p_attempts;
  v_payloads jsonb[] := p_payloads;
  v_dependent_tasks bigint[];
  v_dependent_steps integer[];
  v_dependent_counts integer[];
  v_handlers integer[];
  v_namespaces integer[];
  r record;
begin
  if not 'succeeded' = all (p_outcomes) then
    select array_agg(d.t) as tasks, array_agg(d.n) as steps, array_agg(d.a) as attempts,
      array_agg(d.o::cairn.attempt_outcome) as outcomes, array_agg(d.p) as errors, array_agg(d.r) as retry_after
    into r
    from unnest(p_tasks, p_steps, p_attempts, p_outcomes, p_payloads, p_retry_after) d (t, n, a, o, p, r)
    where d.o not in ('succeeded', 'released');
    select s.settled_tasks, s.settled_steps, s.settled_attempts,
      array(select task from unnest(s.settled_tasks, s.retrying) u (task, again) where again),
      array(select task from unnest(s.settled_tasks, s.retrying) u (task, again) where not again)
    into settled_tasks, settled_steps, settled_attempts, v_retrying, v_failed
    from cairn.settle_failures(
      p_worker_id, r.tasks, r.steps, r.attempts, r.outcomes, r.errors, r.retry_after, p_now) s;

    select array_agg(d.t) as tasks, array_agg(d.n) as steps, array_agg(d.a) as attempts
    into r
    from unnest(p_tasks, p_steps, p_attempts, p_outcomes) d (t, n, a, o) where d.o = 'released';
    select settled_tasks || s.released_tasks, settled_steps || s.released_steps,
      settled_attempts || s.released_attempts, s.released_handlers, s.released_namespaces
    into settled_tasks, settled_steps, settled_attempts, enqueued_handlers, enqueued_namespaces
    from cairn.release_steps(p_worker_id, r.tasks, r.steps, r.attempts, p_now) s;

    select array_agg(d.t), array_agg(d.n), array_agg(d.a), array_agg(d.p)
    into v_tasks, v_steps, v_attempts, v_payloads
    from unnest(p_tasks, p_steps, p_attempts, p_outcomes, p_payloads) d (t, n, a, o, p) where d.o = 'succeeded';
  end if;

  if v_tasks is not null then
    select s.settled_tasks, settled_tasks || s.settled_tasks, settled_steps || s.settled_steps,
      settled_attempts || s.settled_attempts, s.dependent_tasks, s.dependent_steps, s.dependent_counts
    into v_succeeded, settled_tasks, settled_steps, settled_attempts, v_dependent_tasks, v_dependent_steps, v_dependent_counts
    from cairn.settle_successes(p_worker_id, v_tasks, v_steps, v_attempts, v_payloads, p_now) s;
  end if;
  if v_dependent_tasks is not null then
    select u.enqueued_tasks, u.enqueued_handlers, u.enqueued_namespaces
    into v_enqueued, v_handlers, v_namespaces
    from cairn.unlock_dependents(v_dependent_tasks, v_dependent_steps, v_dependent_counts, p_now) u;
    enqueued_handlers := enqueued_handlers || v_handlers;
    enqueued_namespaces := enqueued_namespaces || v_namespaces;
  end if;
  if settled_tasks is not null then
    perform cairn.count_steps(v_succeeded, v_retrying, v_failed, v_enqueued, null, p_now);
  end if;
end
$$;
