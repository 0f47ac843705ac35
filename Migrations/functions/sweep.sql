-- What no worker causes: time passes, workers fall silent. Any number of servers may sweep; rows somebody else works on
-- are skipped and found next time. Each function takes at most p_limit at once and says how many it took.

-- Steps whose retry is due.
create or replace function cairn.enqueue_due_retries(p_limit integer default 1000) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_locked bigint[];
  v_tasks bigint[];
  v_namespaces integer[];
begin
  perform cairn.act_for_nobody();
  v_locked := cairn.lock_idle_tasks(array(
    select s.task_id from cairn.step_core s
    where s.state = 'waiting_for_retry' and s.run_at <= v_now
    order by s.run_at limit p_limit));
  with due as (
    update cairn.step_core s
    set prev_state = s.state, state = 'enqueued', event = 'retry', enqueued_at = v_now, run_at = null
    where s.task_id = any (v_locked) and s.state = 'waiting_for_retry' and s.run_at <= v_now
    returning s.task_id, s.namespace_id
  )
  select array_agg(task_id), array_agg(distinct namespace_id) into v_tasks, v_namespaces from due;
  if v_tasks is null then
    return 0;
  end if;
  perform cairn.count_steps(v_now, p_resumed => v_tasks);
  perform cairn.wake_workers(v_namespaces);
  return cardinality(v_tasks);
end
$$;

comment on function cairn.enqueue_due_retries is 'Part of sweep: steps whose retry is due.';

-- Tasks whose time to start has come.
create or replace function cairn.start_due_tasks(p_limit integer default 1000) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_locked bigint[];
  v_tasks bigint[];
  v_namespaces integer[];
begin
  perform cairn.act_for_nobody();
  v_locked := cairn.lock_idle_tasks(array(
    select t.id from cairn.task_core t
    where t.state = 'pending' and t.run_at <= v_now
    order by t.run_at limit p_limit));
  if v_locked = '{}' then
    return 0;
  end if;
  select array_agg(t.id) into v_tasks
  from cairn.task_core t where t.id = any (v_locked) and t.state = 'pending' and t.run_at <= v_now;
  select enqueued_namespaces into v_namespaces from cairn.advance_tasks(v_tasks, v_now, p_start => true);
  perform cairn.wake_workers(v_namespaces);
  return coalesce(cardinality(v_tasks), 0);
end
$$;

comment on function cairn.start_due_tasks is 'Part of sweep: tasks whose run_at has come.';

-- Steps whose delay is over.
create or replace function cairn.enqueue_delayed_steps(p_limit integer default 1000) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_locked bigint[];
  v_namespaces integer[];
begin
  perform cairn.act_for_nobody();
  v_locked := cairn.lock_idle_tasks(array(
    select s.task_id from cairn.step_core s
    where s.state = 'pending' and s.run_at is not null and s.run_at <= v_now
    order by s.run_at limit p_limit));
  if v_locked = '{}' then
    return 0;
  end if;
  select enqueued_namespaces into v_namespaces from cairn.advance_tasks(v_locked, v_now);
  perform cairn.wake_workers(v_namespaces);
  return cardinality(v_locked);
end
$$;

comment on function cairn.enqueue_delayed_steps is 'Part of sweep: steps whose delay is over.';

-- Workers that have been silent for longer than their lease are lost.
create or replace function cairn.expire_workers() returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_count integer;
begin
  update cairn.workers w
  set state = 'lost', ended_at = v_now, idle_since = null
  where w.id in (
    select id from cairn.workers
    where state in ('live', 'draining') and heartbeat_at < v_now - lease
    order by id
    for no key update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function cairn.expire_workers is 'Part of sweep: workers that were silent for longer than their lease.';

-- Attempts that nobody will report: of workers that are lost or gone (lease_lost), and of workers that live but have
-- let the step's timeout pass by p_grace (timed_out).
create or replace function cairn.expire_attempts(p_limit integer default 1000, p_grace interval default interval '5 seconds')
returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_locked bigint[];
  v_total integer := 0;
  x record;
begin
  perform cairn.act_for_nobody();
  v_locked := cairn.lock_idle_tasks(array(
    select c.task_id from cairn.workers w
    join cairn.step_core c on c.worker_id = w.id and c.state = 'in_progress'
    where w.state in ('lost', 'stopped') or c.expires_at < v_now - p_grace
    order by c.expires_at limit p_limit));
  for x in
    select c.worker_id, array_agg(c.task_id) as tasks, array_agg(c.step_no) as steps, array_agg(c.attempt) as attempts,
      array_agg((case when w.state in ('lost', 'stopped') then 'lease_lost' else 'timed_out' end)::cairn.attempt_outcome)
        as outcomes,
      array_agg(case
        when w.state = 'lost' then jsonb_build_object('code', 'lease_lost', 'message',
          format('worker %s (%s) was silent for longer than its lease', w.id, w.name))
        when w.state = 'stopped' then jsonb_build_object('code', 'lease_lost', 'message',
          format('worker %s (%s) stopped while it held the step', w.id, w.name))
        else jsonb_build_object('code', 'timed_out', 'message',
          format('the step ran for longer than its timeout of %s ms', c.timeout_ms)) end) as errors
    from cairn.step_core c
    join cairn.workers w on w.id = c.worker_id
    where c.task_id = any (v_locked) and c.state = 'in_progress'
      and (w.state in ('lost', 'stopped') or c.expires_at < v_now - p_grace)
    group by c.worker_id
    order by c.worker_id
  loop
    -- What of one worker cannot be settled must not keep what others held from being settled.
    begin
      v_total := v_total + cairn.expire_held(
        x.worker_id, x.tasks, x.steps, x.attempts, x.outcomes, x.errors, v_now);
    exception when others then
      raise warning 'attempts of worker % cannot be settled: %', x.worker_id, sqlerrm;
    end;
  end loop;
  return v_total;
end
$$;

-- Settles what one worker holds and will not report; says how many steps that were.
create or replace function cairn.expire_held(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes cairn.attempt_outcome[],
  p_errors jsonb[], p_now timestamptz)
returns integer
language plpgsql
as $$
declare
  f record;
  v_stopped bigint[];
  v_derailed bigint[];
  v_namespaces integer[];
begin
  select * into f
  from cairn.settle_failures(
    p_worker_id, p_tasks, p_steps, p_attempts, p_outcomes, p_errors,
    array_fill(null::bigint, array[cardinality(p_tasks)]), p_now);
  select settled_tasks into v_stopped
  from cairn.settle_stopped(p_worker_id, p_tasks, p_steps, p_attempts, p_now);
  v_derailed := f.derailed_tasks || v_stopped;
  if v_derailed is not null then
    perform cairn.fail_fast(v_derailed, p_now);
    select enqueued_namespaces into v_namespaces from cairn.advance_tasks(v_derailed, p_now);
    perform cairn.wake_workers(v_namespaces);
  end if;
  perform cairn.count_steps(
    p_now, p_retrying => cairn.without(f.retrying_tasks, v_derailed),
    p_failed => cairn.without(f.failed_tasks, v_derailed), p_blocking => cairn.without(f.blocking_tasks, v_derailed));
  return coalesce(cardinality(f.settled_tasks), 0) + coalesce(cardinality(v_stopped), 0);
end
$$;

comment on function cairn.expire_attempts is 'Part of sweep: attempts that nobody will report any more.';

-- Locks those of the tasks that nobody has locked, in id order, and returns them.
create or replace function cairn.lock_idle_tasks(p_task_ids bigint[]) returns bigint[]
language plpgsql
as $$
begin
  return array(
    select t.id from cairn.task_core t where t.id = any (p_task_ids)
    order by t.id for no key update skip locked);
end
$$;

-- Everything above at once, in the order in which one part makes work for the next, for whoever sweeps by hand. A server
-- calls the parts one by one, each in a transaction of its own.
create or replace function cairn.sweep(
  p_limit integer default 1000, out lost_workers integer, out expired_attempts integer, out due_retries integer,
  out started_tasks integer, out delayed_steps integer,
  out given_up_tasks integer, out stale_tasks integer, out repaired_tasks integer)
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
begin
  lost_workers := cairn.expire_workers();
  expired_attempts := cairn.expire_attempts(p_limit);
  due_retries := cairn.enqueue_due_retries(p_limit);
  started_tasks := cairn.start_due_tasks(p_limit);
  delayed_steps := cairn.enqueue_delayed_steps(p_limit);
  given_up_tasks := cairn.give_up_blocked_tasks(p_limit);
  select i.stale_tasks, i.repaired_tasks into stale_tasks, repaired_tasks from cairn.inspect_tasks(p_limit) i;
end
$$;

comment on function cairn.sweep is
  'Moves on what time alone moves: lost workers, expired attempts, due retries, tasks and delays, tasks that are held '
  'or rest for too long. Servers call its parts one by one.';
