-- What no worker causes: time passes, workers fall silent. Any number of servers may sweep; rows somebody else works on
-- are skipped and found next time. Each part takes at most p_limit at once and says how many it took; what it does to the
-- tasks that it found is a function of its own, called by sweep_tasks. It looks past what is locked as it stands there,
-- the task or the step that is due: however much that is, it does not hide what is due behind it.

-- Does a part of the sweep to those of these tasks that nobody has locked. `p_part` is a function of tasks, which are
-- locked, and of the time: it looks at them again, and says how many it took.
--
-- Somebody may have a row locked without its task, as an open claim has its steps, and what waits for that keeps all
-- these tasks locked. So no lock is waited for for long, and what cannot be done together is done apart (split_group),
-- down to the tasks that are left to the next sweep. After 200 ms of that, what is locked is not waited for at all; and
-- p_tries things are tried at most. With p_come_what_may any other error is the matter of its task alone, too, and a try
-- that finds one does not count.
drop function if exists cairn.sweep_tasks(text, bigint[], timestamptz, boolean, timestamptz);
create or replace function cairn.sweep_tasks(
  p_part text, p_tasks bigint[], p_now timestamptz, p_come_what_may boolean default false, p_tries integer default 30)
returns integer
language plpgsql set lock_timeout = '100ms'
as $$
declare
  v_until timestamptz := clock_timestamp() + interval '200 ms';
  v_order bigint[] := p_tasks;
  v_groups int4range[] := '{}';
  v_group int4range;
  v_tasks bigint[];
  v_took integer;
  v_count integer := 0;
begin
  if p_tasks <> '{}' then
    v_groups := array[int4range(1, cardinality(p_tasks), '[]')];
  end if;
  while v_groups <> '{}' and p_tries > 0 loop
    v_group := cairn.largest_group(v_groups);
    v_groups := array_remove(v_groups, v_group);
    if clock_timestamp() > v_until then
      perform set_config('lock_timeout', '1', true);
    end if;
    begin
      v_took := 0;
      v_tasks := cairn.lock_idle_tasks(v_order[lower(v_group):upper(v_group) - 1]);
      if v_tasks <> '{}' then
        execute format('select cairn.%I($1, $2)', p_part) into v_took using v_tasks, p_now;
      end if;
      v_count := v_count + v_took;
      p_tries := p_tries - 1;
    exception when others then
      if sqlstate = '55P03' then
        p_tries := p_tries - 1;
      elsif not p_come_what_may then
        raise;
      elsif upper(v_group) - lower(v_group) = 1 then
        raise warning '% cannot be done to task %: %', p_part, v_order[lower(v_group)], sqlerrm;
      end if;
      select * into v_order, v_groups from cairn.split_group(v_group, sqlstate = '55P03', v_order, v_groups);
    end;
  end loop;
  return v_count;
end
$$;

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

-- Steps whose retry is due.
create or replace function cairn.enqueue_due_retries(p_limit integer default 1000) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
begin
  perform cairn.act_for_nobody();
  return cairn.sweep_tasks('enqueue_retries', array(
    select distinct x.task_id from (
      select s.task_id from cairn.step_core s, lateral (
        select from cairn.task_core t where t.id = s.task_id for no key update skip locked) t
      where s.due_at <= v_now and s.state = 'waiting_for_retry'
      order by s.due_at limit p_limit
      for no key update of s skip locked) x), v_now);
end
$$;

comment on function cairn.enqueue_due_retries is 'Part of sweep: steps whose retry is due.';

create or replace function cairn.enqueue_retries(p_tasks bigint[], p_now timestamptz) returns integer
language plpgsql
as $$
declare
  v_tasks bigint[];
  v_namespaces integer[];
begin
  with due as (
    update cairn.step_core s
    set prev_state = s.state, state = 'enqueued', event = 'retry', enqueued_at = p_now, run_at = null,
      history_id = nextval('cairn.history_ids')
    where s.task_id = any (p_tasks) and s.state = 'waiting_for_retry' and s.run_at <= p_now
    returning s.task_id, s.step_no, s.namespace_id, s.attempt, s.worker_id, s.history_id
  ),
  history as (
    insert into cairn.step_history (id, task_id, step_no, at, event, from_state, to_state, path, attempt, worker_id)
    select history_id, task_id, step_no, p_now, 'retry', 'waiting_for_retry', 'enqueued',
      '{waiting_for_retry,pending,enqueued}', attempt, worker_id
    from due
  )
  select array_agg(task_id), array_agg(distinct namespace_id) into v_tasks, v_namespaces from due;
  if v_tasks is null then
    return 0;
  end if;
  perform cairn.count_steps(p_now, p_resumed => v_tasks);
  perform cairn.wake_workers(v_namespaces);
  return cardinality(v_tasks);
end
$$;

-- Tasks whose time to start has come.
create or replace function cairn.start_due_tasks(p_limit integer default 1000) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
begin
  perform cairn.act_for_nobody();
  return cairn.sweep_tasks('start_tasks', array(
    select t.id from cairn.task_core t
    where t.state = 'pending' and t.run_at <= v_now
    order by t.run_at limit p_limit
    for no key update skip locked), v_now);
end
$$;

comment on function cairn.start_due_tasks is 'Part of sweep: tasks whose run_at has come.';

create or replace function cairn.start_tasks(p_tasks bigint[], p_now timestamptz) returns integer
language plpgsql
as $$
declare
  v_tasks bigint[];
  v_namespaces integer[];
begin
  select array_agg(t.id) into v_tasks
  from cairn.task_core t where t.id = any (p_tasks) and t.state = 'pending' and t.run_at <= p_now;
  select enqueued_namespaces into v_namespaces from cairn.advance_tasks(v_tasks, p_now, p_start => true);
  perform cairn.wake_workers(v_namespaces);
  return coalesce(cardinality(v_tasks), 0);
end
$$;

-- Steps whose delay is over.
create or replace function cairn.enqueue_delayed_steps(p_limit integer default 1000) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
begin
  perform cairn.act_for_nobody();
  return cairn.sweep_tasks('end_delays', array(
    select distinct x.task_id from (
      select s.task_id from cairn.step_core s, lateral (
        select from cairn.task_core t where t.id = s.task_id for no key update skip locked) t
      where s.due_at <= v_now and s.state = 'pending'
      order by s.due_at limit p_limit
      for no key update of s skip locked) x), v_now);
end
$$;

comment on function cairn.enqueue_delayed_steps is 'Part of sweep: steps whose delay is over.';

create or replace function cairn.end_delays(p_tasks bigint[], p_now timestamptz) returns integer
language plpgsql
as $$
declare
  v_namespaces integer[];
begin
  select enqueued_namespaces into v_namespaces from cairn.advance_tasks(p_tasks, p_now);
  perform cairn.wake_workers(v_namespaces);
  return cardinality(p_tasks);
end
$$;

-- Workers that have been silent for too long are lost (is_silent).
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
    select x.id from cairn.workers x
    where x.state in ('live', 'draining') and cairn.is_silent(x, v_now)
    order by x.id
    for no key update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function cairn.expire_workers is 'Part of sweep: workers that were silent for too long, which is their lease while they hold a step.';

-- Attempts that nobody will report. What cannot be settled of one task must not keep the others from being settled.
drop function if exists cairn.expire_attempts(integer, interval);
create or replace function cairn.expire_attempts(p_limit integer default 1000) returns integer
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_count integer;
begin
  perform cairn.act_for_nobody();
  v_count := cairn.sweep_tasks('expire_tasks', array(
    select distinct x.task_id from (
      select d.task_id
      -- Sorted before anything is locked.
      from (
        select a.task_id, a.step_no from cairn.given_up_attempts(v_now) a order by a.expires_at offset 0) d,
      lateral (
        select from cairn.task_core t where t.id = d.task_id for no key update skip locked) t,
      lateral (
        select from cairn.step_core s where s.task_id = d.task_id and s.step_no = d.step_no
        for no key update skip locked) s
      limit p_limit) x), v_now, p_come_what_may => true);
  perform cairn.forget_claims(cairn.ended_holders());
  return v_count;
end
$$;

comment on function cairn.expire_attempts is 'Part of sweep: attempts that nobody will report any more.';

create or replace function cairn.expire_tasks(p_tasks bigint[], p_now timestamptz) returns integer
language plpgsql
as $$
declare
  v_total integer := 0;
  x record;
begin
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
    where c.task_id = any (p_tasks) and c.state = 'in_progress' and cairn.is_given_up(w, c, p_now)
    group by c.worker_id
    order by c.worker_id
  loop
    v_total := v_total + cairn.expire_held(
      x.worker_id, x.tasks, x.steps, x.attempts, x.outcomes, x.errors, p_now);
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
