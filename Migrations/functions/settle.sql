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

-- Locks those of the tasks that nobody else has locked, and says which somebody has.
create or replace function cairn.lock_free_tasks(p_task_ids bigint[]) returns bigint[]
language plpgsql
as $$
declare
  v_free bigint[];
begin
  select array_agg(x.id) into v_free
  from (
    select t.id from cairn.task_core t where t.id = any (p_task_ids) order by t.id for no key update skip locked) x;
  return cairn.without(p_task_ids, v_free);
end
$$;

-- Of tasks that nobody else has locked, those of which somebody has a step locked that has not ended, in any order. The
-- steps of the others stay locked here: nobody comes in between. Those with the fewest steps are looked at, as many as
-- have 50,000 together.
create or replace function cairn.tasks_with_locked_steps(p_tasks bigint[]) returns bigint[]
language plpgsql
as $$
declare
  v_tasks bigint[] := cairn.lock_idle_tasks(p_tasks);
begin
  v_tasks := array(
    select x.id from (
      select t.id, sum(t.open_steps) over (order by t.open_steps, t.id) as steps
      from cairn.task_core t where t.id = any (v_tasks)) x
    where x.steps <= 50000);
  return array(
    select x.task_id from (
      select s.task_id, s.step_no from cairn.step_core s
      where s.task_id = any (v_tasks) and s.state in ('pending', 'enqueued', 'in_progress', 'waiting_for_retry')
      except all
      select y.task_id, y.step_no from (
        select s.task_id, s.step_no from cairn.step_core s
        where s.task_id = any (v_tasks) and s.state in ('pending', 'enqueued', 'in_progress', 'waiting_for_retry')
        for no key update skip locked) y) x
    group by x.task_id
    order by random());
end
$$;

-- Groups of tasks, of which what is to be done cannot be done to all at once, as ranges of places in p_order. What is to
-- be tried instead of a group: without the tasks of which somebody has a step locked, and each of those by itself; when
-- there are none, or it failed for another reason, its halves. Of a single task nothing is.
create or replace function cairn.split_group(
  p_group int4range, p_is_locked boolean, inout p_order bigint[], inout p_groups int4range[])
language plpgsql
as $$
declare
  v_first integer := lower(p_group);
  v_end integer := upper(p_group);
  v_tasks bigint[] := p_order[v_first:v_end - 1];
  v_suspects bigint[];
  v_middle integer := (v_first + v_end) / 2;
begin
  if v_end - v_first = 1 then
    return;
  end if;
  if p_is_locked then
    v_suspects := cairn.tasks_with_locked_steps(v_tasks);
  end if;
  if v_suspects <> '{}' then
    v_middle := v_end - cardinality(v_suspects);
    p_order[v_first:v_end - 1] := coalesce(cairn.without(v_tasks, v_suspects), '{}') || v_suspects;
    p_groups := p_groups || array(select int4range(i, i + 1) from generate_series(v_middle, v_end - 1) i);
  else
    p_groups := p_groups || int4range(v_middle, v_end);
  end if;
  if v_first < v_middle then
    p_groups := p_groups || int4range(v_first, v_middle);
  end if;
end
$$;

-- The largest comes first: so most is done before the tries are used up.
create or replace function cairn.largest_group(p_groups int4range[]) returns int4range
language sql immutable parallel safe
as $$
  select g from unnest(p_groups) with ordinality x (g, n) order by upper(g) - lower(g) desc, n limit 1;
$$;

-- Attempts that failed, whoever says so: the worker (retryable, permanent), its deadline (timed_out) or its silence
-- (lease_lost). A failed attempt is followed by another while the step has attempts left, unless it was permanent. A
-- lost lease is not the step's fault, so it waits no backoff; but when only one attempt is left, the step is
-- suspected of killing its workers. One that lost its last attempt beside others, unsuspected, is spared: it gets one
-- more, as a suspect, unless its template lets it run only once. `retry_after` (milliseconds) comes from whoever
-- refused the step, and is honoured up to a day when it is longer than the backoff. Attempts given by a reset begin
-- the backoff anew.
--
-- A task stands in `retrying_tasks` once for each step that waits for its next attempt, in `failed_tasks` for each that
-- failed for good, and in `blocking_tasks` for each of those that waits for an operator; in `derailed_tasks` when a
-- failure changes what else of the graph may run.
create or replace function cairn.settle_failures(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes cairn.attempt_outcome[],
  p_errors jsonb[], p_retry_after bigint[], p_now timestamptz,
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[],
  out retrying_tasks bigint[], out failed_tasks bigint[], out blocking_tasks bigint[], out derailed_tasks bigint[])
language plpgsql
as $$
begin
  with settled as (
    update cairn.step_core s
    set prev_state = s.state,
      (state, event, run_at, finished_at, max_attempts, suspect) = (
        select (case when again then 'waiting_for_retry' else 'error' end)::cairn.step_state,
          (case when again then 'wait_for_retry' else 'fail' end)::cairn.step_event,
          case when again then p_now + make_interval(secs => x.delay_ms / 1000.0) end,
          case when not again then p_now end,
          s.max_attempts + spared::integer,
          d.outcome = 'lease_lost' and s.attempt = s.max_attempts + spared::integer - 1
        from (
          select d.outcome = 'lease_lost' and not s.suspect and s.attempt = s.max_attempts and ts.max_attempts > 1 as spared
        ) z,
        lateral (select d.outcome <> 'permanent' and (s.attempt < s.max_attempts or spared) as again) y,
        lateral (
          select case when d.outcome = 'lease_lost' then 0
            else greatest(least(coalesce(d.retry_after, 0), 86400000), cairn.retry_delay_ms(
              ts.backoff, ts.backoff_base_ms, ts.backoff_max_ms, ts.jitter,
              s.attempt - greatest(s.max_attempts - ts.max_attempts, 0), random()))
          end as delay_ms) x),
      expires_at = null,
      history_id = nextval('cairn.history_ids')
    from unnest(p_tasks, p_steps, p_attempts, p_outcomes, p_errors, p_retry_after)
        d (task_id, step_no, attempt, outcome, error, retry_after)
    join cairn.task_core t on t.id = d.task_id
    join cairn.templates tt on tt.id = t.template_id
    -- See claimed_steps for the offset.
    cross join lateral (
      select x.* from cairn.template_steps x where x.template_id = t.template_id and x.step_no = d.step_no offset 0) ts
    where s.task_id = d.task_id and s.step_no = d.step_no and s.attempt = d.attempt
      and s.worker_id = p_worker_id and s.state = 'in_progress'
      and not s.stopping
    returning s.task_id, s.step_no, s.attempt, s.worker_id, s.enqueued_at, s.started_at, s.state, s.event, s.history_id,
      d.outcome, d.error, s.state = 'waiting_for_retry' as retry, ts.on_failure, tt.fail_fast
  ),
  -- Each change has named its entry, so the trigger writes none (history.sql).
  history as (
    insert into cairn.step_history (id, task_id, step_no, at, event, from_state, to_state, path, attempt, worker_id)
    select history_id, task_id, step_no, p_now, event, 'in_progress', state,
      array['in_progress', 'enqueued_as_error_for_orchestration', state::text]::cairn.step_state[], attempt, worker_id
    from settled
  ),
  attempts as (
    insert into cairn.step_attempts
      (task_id, step_no, attempt, outcome, worker_id, enqueued_at, started_at, finished_at, error)
    select task_id, step_no, attempt, outcome, worker_id, enqueued_at, started_at, p_now, error from settled
  )
  select array_agg(task_id), array_agg(step_no), array_agg(attempt), array_agg(task_id) filter (where retry),
    array_agg(task_id) filter (where not retry),
    array_agg(task_id) filter (where not retry and on_failure = 'block'),
    array_agg(distinct task_id) filter (
      where not retry and (fail_fast or on_failure in ('continue', 'skip_dependents')))
  into settled_tasks, settled_steps, settled_attempts, retrying_tasks, failed_tasks, blocking_tasks, derailed_tasks
  from settled;
end
$$;

-- Steps of a task that is being stopped: whatever their handlers made of them is not wanted any more.
create or replace function cairn.settle_stopped(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_now timestamptz,
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[])
language plpgsql
as $$
begin
  with settled as (
    update cairn.step_core s
    set prev_state = s.state, state = 'cancelled', event = 'cancel', stopping = false, expires_at = null,
      finished_at = p_now
    from unnest(p_tasks, p_steps, p_attempts) d (task_id, step_no, attempt)
    where s.task_id = d.task_id and s.step_no = d.step_no and s.attempt = d.attempt
      and s.worker_id = p_worker_id and s.state = 'in_progress' and s.stopping
    returning s.task_id, s.step_no, s.attempt, s.worker_id, s.enqueued_at, s.started_at
  ),
  attempts as (
    insert into cairn.step_attempts (task_id, step_no, attempt, outcome, worker_id, enqueued_at, started_at, finished_at)
    select task_id, step_no, attempt, 'cancelled', worker_id, enqueued_at, started_at, p_now from settled
  )
  select array_agg(task_id), array_agg(step_no), array_agg(attempt)
  into settled_tasks, settled_steps, settled_attempts
  from settled;
end
$$;

-- Counts what failures and retries did to the steps of tasks, and derives the tasks' states from the counters. A task
-- stands in a list once for each of its steps to which that happened. This is the short way; recount_tasks is the long one.
--
-- How many tasks the lists have, a planner cannot know. It takes them for more than they are, and while there are some
-- thousand tasks it would rather read them all for a hash than look up one: so the settings.
create or replace function cairn.count_steps(
  p_now timestamptz, p_retrying bigint[] default null, p_failed bigint[] default null,
  p_blocking bigint[] default null, p_resumed bigint[] default null)
returns void
language plpgsql set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  update cairn.task_core t
  set open_steps = t.open_steps + d.open,
    active_steps = t.active_steps + d.active,
    retrying_steps = t.retrying_steps + d.retrying,
    failed_steps = t.failed_steps + d.failed,
    blocking_steps = t.blocking_steps + d.blocking,
    prev_state = t.state,
    moved_at = p_now,
    (state, event, state_at, started_at, finished_at) = (
      select n.state,
        case when n.state = t.state then t.event else cairn.task_event_for(t.state, n.state) end,
        case when n.state = t.state then t.state_at else p_now end,
        coalesce(t.started_at, (select min(s.started_at) from cairn.step_core s where s.task_id = t.id)),
        case when n.state in ('complete', 'error') then p_now end
      from (
        select cairn.derive_task_state(t.open_steps + d.open, t.active_steps + d.active,
          t.retrying_steps + d.retrying, t.delayed_steps, t.failed_steps + d.failed, t.blocking_steps + d.blocking,
          t.ending) as state
      ) n)
  from (
    select task_id, sum(open)::integer as open, sum(active)::integer as active, sum(retrying)::integer as retrying,
      sum(failed)::integer as failed, sum(blocking)::integer as blocking
    from (
      select unnest(p_retrying) as task_id, 0 as open, -1 as active, 1 as retrying, 0 as failed, 0 as blocking
      union all
      select unnest(p_failed), -1, -1, 0, 1, 0
      union all
      select unnest(p_blocking), 0, 0, 0, 0, 1
      union all
      select unnest(p_resumed), 0, 1, -1, 0, 0
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
      and s.worker_id = p_worker_id and s.state = 'in_progress'
      and not s.stopping
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
  p_worker cairn.workers, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes text[],
  p_payloads jsonb[], p_retry_after bigint[], p_now timestamptz,
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[],
  out enqueued_handlers integer[], out enqueued_namespaces integer[])
language plpgsql
as $$
#variable_conflict use_variable
declare
  v_failures record;
  v_derailed bigint[];
  r record;
begin
  select array_agg(d.t) as tasks, array_agg(d.n) as steps, array_agg(d.a) as attempts,
    array_agg(d.o::cairn.attempt_outcome) as outcomes, array_agg(d.p) as errors, array_agg(d.r) as retry_after
  into r
  from unnest(p_tasks, p_steps, p_attempts, p_outcomes, p_payloads, p_retry_after) d (t, n, a, o, p, r)
  where d.o not in ('succeeded', 'released');
  select * into v_failures
  from cairn.settle_failures(
    p_worker.id, r.tasks, r.steps, r.attempts, r.outcomes, r.errors, r.retry_after, p_now);
  settled_tasks := v_failures.settled_tasks;
  settled_steps := v_failures.settled_steps;
  settled_attempts := v_failures.settled_attempts;
  v_derailed := v_failures.derailed_tasks;

  select array_agg(d.t) as tasks, array_agg(d.n) as steps, array_agg(d.a) as attempts
  into r
  from unnest(p_tasks, p_steps, p_attempts, p_outcomes) d (t, n, a, o) where d.o = 'released';
  select settled_tasks || s.released_tasks, settled_steps || s.released_steps,
    settled_attempts || s.released_attempts, s.released_handlers, s.released_namespaces
  into settled_tasks, settled_steps, settled_attempts, enqueued_handlers, enqueued_namespaces
  from cairn.release_steps(p_worker.id, r.tasks, r.steps, r.attempts, p_now) s;

  -- Successes count at once, and a failure of the same task does not yet: until then it has an active step more, so it is
  -- not taken for ended.
  select array_agg(d.t) as tasks, array_agg(d.n) as steps, array_agg(d.a) as attempts, array_agg(d.p) as results
  into r
  from unnest(p_tasks, p_steps, p_attempts, p_payloads, p_outcomes) d (t, n, a, p, o) where d.o = 'succeeded';
  if r.tasks is not null then
    select settled_tasks || s.settled_tasks, settled_steps || s.settled_steps,
      settled_attempts || s.settled_attempts, enqueued_handlers || s.enqueued_handlers,
      enqueued_namespaces || s.enqueued_namespaces
    into settled_tasks, settled_steps, settled_attempts, enqueued_handlers, enqueued_namespaces
    from cairn.succeed_steps(p_worker, r.tasks, r.steps, r.attempts, r.results, p_now) s;
  end if;

  -- What had no effect may be of a task that is being stopped.
  if coalesce(cardinality(settled_tasks), 0) < cardinality(p_tasks) then
    select * into r from cairn.settle_stopped(p_worker.id, p_tasks, p_steps, p_attempts, p_now);
    settled_tasks := settled_tasks || r.settled_tasks;
    settled_steps := settled_steps || r.settled_steps;
    settled_attempts := settled_attempts || r.settled_attempts;
    v_derailed := v_derailed || r.settled_tasks;
  end if;

  if v_derailed is not null then
    perform cairn.fail_fast(v_derailed, p_now);
    select enqueued_handlers || a.enqueued_handlers, enqueued_namespaces || a.enqueued_namespaces
    into enqueued_handlers, enqueued_namespaces
    from cairn.advance_tasks(v_derailed, p_now) a;
  end if;
  -- What failed is counted the short way or the long way, never both.
  if v_failures.settled_tasks is not null then
    perform cairn.count_steps(
      p_now, cairn.without(v_failures.retrying_tasks, v_derailed), cairn.without(v_failures.failed_tasks, v_derailed),
      cairn.without(v_failures.blocking_tasks, v_derailed));
  end if;
end
$$;

create or replace function cairn.without(p_ids bigint[], p_unwanted bigint[]) returns bigint[]
language sql immutable parallel safe
as $$
  select array_agg(id) from unnest(p_ids) id where id <> all (coalesce(p_unwanted, '{}'));
$$;
