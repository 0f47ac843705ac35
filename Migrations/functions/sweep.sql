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
  perform cairn.count_steps('{}', '{}', '{}', '{}', v_tasks, v_now);
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
  v_locked := cairn.lock_idle_tasks(array(
    select t.id from cairn.task_core t
    where t.state = 'pending' and t.run_at <= v_now
    order by t.run_at limit p_limit));
  with due as (
    update cairn.step_core s
    set prev_state = s.state, state = 'enqueued', event = 'enqueue', enqueued_at = v_now
    from cairn.task_core t
    where t.id = any (v_locked) and t.state = 'pending' and s.task_id = t.id and s.waiting = 0 and s.state = 'pending'
    returning s.task_id, s.namespace_id
  )
  select array_agg(task_id), array_agg(distinct namespace_id) into v_tasks, v_namespaces from due;
  if v_tasks is null then
    return 0;
  end if;
  perform cairn.count_steps('{}', '{}', '{}', v_tasks, '{}', v_now);
  perform cairn.wake_workers(v_namespaces);
  return (select count(distinct t) from unnest(v_tasks) t);
end
$$;

comment on function cairn.start_due_tasks is 'Part of sweep: tasks whose run_at has come.';

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
  s record;
begin
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
          format('the step ran for longer than its timeout of %s ms', c.timeout_ms)) end) as errors,
      array_agg(null::bigint) as retry_after
    from cairn.step_core c
    join cairn.workers w on w.id = c.worker_id
    where c.task_id = any (v_locked) and c.state = 'in_progress'
      and (w.state in ('lost', 'stopped') or c.expires_at < v_now - p_grace)
    group by c.worker_id
  loop
    select * into s from cairn.settle_failures(
      x.worker_id, x.tasks, x.steps, x.attempts, x.outcomes, x.errors, x.retry_after, v_now);
    if s.settled_tasks is not null then
      perform cairn.count_steps('{}',
        array(select task from unnest(s.settled_tasks, s.retrying) u (task, again) where again),
        array(select task from unnest(s.settled_tasks, s.retrying) u (task, again) where not again), '{}', '{}', v_now);
      v_total := v_total + cardinality(s.settled_tasks);
    end if;
  end loop;
  return v_total;
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

-- One tick of a server: everything above, in the order in which one makes work for the next.
create or replace function cairn.sweep(
  p_limit integer default 1000, out lost_workers integer, out expired_attempts integer, out due_retries integer,
  out started_tasks integer)
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
begin
  lost_workers := cairn.expire_workers();
  expired_attempts := cairn.expire_attempts(p_limit);
  due_retries := cairn.enqueue_due_retries(p_limit);
  started_tasks := cairn.start_due_tasks(p_limit);
end
$$;

comment on function cairn.sweep is
  'Moves on what time alone moves: lost workers, expired attempts, due retries and due tasks. Servers call it; '
  'anybody may.';
