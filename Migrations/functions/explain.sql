-- Why is it not running? One plain sentence for each thing that waits, and what would change it.

create or replace function cairn.explain_task(id bigint, step text default null)
returns table (step_name text, state text, reason text, explanation text, what_to_do text)
language plpgsql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  t cairn.task_core;
  v_now timestamptz := cairn.clock();
  r record;
begin
  select * into t from cairn.task_core c where c.id = explain_task.id;
  if t.id is null then
    raise exception 'there is no task %', id using errcode = 'CN404', hint = 'task_not_found';
  end if;
  if step is not null and not exists (
    select from cairn.template_steps ts where ts.template_id = t.template_id and ts.name = step)
  then
    raise exception 'task % has no step %', id, cairn.shown(step)
      using errcode = 'CN404', hint = 'step_not_found';
  end if;
  if step is null then
    step_name := null;
    state := t.state;
    select e.reason, e.explanation, e.what_to_do into reason, explanation, what_to_do
    from cairn.explain_whole(t, v_now) e;
    return next;
  end if;
  for r in
    select s.step_no, ts.name, s.state from cairn.step_core s
    join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
    where s.task_id = t.id and (ts.name = step or (step is null and (
      s.state = 'error'
      or (t.state not in ('complete', 'cancelled', 'resolved_manually', 'error')
        and s.state in ('pending', 'enqueued', 'in_progress', 'waiting_for_retry')))))
    order by s.state <> 'error', s.step_no
    limit 200
  loop
    step_name := r.name;
    state := r.state;
    select e.reason, e.explanation, e.what_to_do into reason, explanation, what_to_do
    from cairn.explain_step(t, r.step_no, v_now) e;
    return next;
  end loop;
end
$$;

comment on function cairn.explain_task is
  'Says of a task, and of each of its steps that waits (200 at most), why it waits and what would change that.';

create or replace function cairn.explain_whole(
  t cairn.task_core, p_now timestamptz, out reason text, out explanation text, out what_to_do text)
language plpgsql stable
as $$
declare
  v_actor cairn.operator_actions;
  v_failed text;
  n cairn.namespaces;
  v_give_up_at timestamptz;
  v_reporting integer;
begin
  select * into n from cairn.namespaces where id = t.namespace_id;
  select string_agg(ts.name, ', ' order by s.step_no) into v_failed
  from cairn.step_core s
  join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
  where s.task_id = t.id and s.state = 'error' and ts.on_failure in ('error', 'block');
  case
    when t.state in ('complete', 'cancelled', 'resolved_manually') then
      reason := 'ended';
      select * into v_actor from cairn.operator_actions a
      where a.task_id = t.id and a.action in ('cancel_task', 'resolve_task') order by a.id desc limit 1;
      explanation := format('The task ended: it is %s since %s', t.state, cairn.said(t.finished_at, p_now))
        || case when t.state <> 'complete' and v_actor.id is not null
          then format(', by %s: %s.', v_actor.actor, v_actor.reason) else '.' end;
      what_to_do := 'It stays so; submit it again if it has to run once more.';
    when t.state = 'error' then
      reason := 'ended';
      explanation := format('The task ended: it is error since %s%s.', cairn.said(t.finished_at, p_now),
        case when t.event = 'stale' then ', for nothing of it had moved for too long'
          else coalesce(', by the failure of ' || v_failed, '') end);
      what_to_do := case when t.dropped_steps > 0 and exists (
          select from cairn.step_core s where s.task_id = t.id and s.state = 'cancelled')
        then 'It cannot go on, for steps of it were cancelled: submit it again.'
        else format('Mend the cause, then: cairn task retry %s --reason ….', t.id) end;
    when t.ending is not null then
      reason := 'stopping';
      select count(*) into v_reporting
      from cairn.step_core s
      join cairn.workers w on w.id = s.worker_id
      where s.task_id = t.id and s.state = 'in_progress' and cairn.is_reporting_now(w, s, p_now);
      explanation := format('The task is being stopped, and waits for %s of its steps to end', t.active_steps)
        || case v_reporting when 0 then '.' else format('; %s of them %s ended on a worker that cannot report it: '
          'another session of the database has the task locked, or a step of it.', v_reporting,
          case v_reporting when 1 then 'has' else 'have' end) end;
      what_to_do := case when v_reporting > 0 then 'End the transaction that has it locked (the oldest xact_start in '
          'pg_stat_activity).' end;
      what_to_do := concat_ws(' ', what_to_do, case
        when v_reporting = 0 then 'Their workers were told; each is given up 5 s after its timeout at the latest.'
        when v_reporting < t.active_steps then 'The workers of the others were told; each is given up 5 s after its '
          'timeout at the latest.' end);
    when t.state = 'pending' then
      reason := 'run_at';
      explanation := format('The task is to start at %s.', cairn.said(t.run_at, p_now));
      what_to_do := 'It starts by itself then.';
    when t.state = 'blocked_by_failures' then
      reason := 'blocked';
      select t.state_at + make_interval(secs => tt.give_up_after_ms / 1000.0) into v_give_up_at
      from cairn.templates tt where tt.id = t.template_id;
      explanation := format('The task is held by the failure of %s since %s%s.', v_failed,
        cairn.said(t.state_at, p_now), case when v_give_up_at is null then '' else ', until ' || cairn.said(v_give_up_at, p_now) end);
      what_to_do := format('Mend the cause, then: cairn task retry %s --reason …; or resolve the step or the task.', t.id);
    when n.paused_at is not null then
      reason := 'paused';
      explanation := format('Namespace %s is paused by %s since %s: %s.', n.name, n.paused_by,
        cairn.said(n.paused_at, p_now), n.paused_reason);
      what_to_do := format('cairn namespace resume %s --reason ….', n.name);
    else
      reason := 'under_way';
      explanation := format('The task is %s since %s: %s, %s for a retry, %s for a delay.',
        t.state, cairn.said(coalesce(t.state_at, t.created_at), p_now),
        case t.active_steps when 1 then '1 of its steps is ready or runs' else t.active_steps || ' of its steps are ready or run' end,
        case t.retrying_steps when 1 then '1 waits' else t.retrying_steps || ' wait' end, t.delayed_steps);
      what_to_do := 'See its steps.';
  end case;
end
$$;

create or replace function cairn.explain_step(
  t cairn.task_core, p_step_no integer, p_now timestamptz, out reason text, out explanation text, out what_to_do text)
language plpgsql stable
as $$
declare
  s cairn.step_core;
  ts cairn.template_steps;
  a cairn.step_attempts;
  w cairn.workers;
  v_names text;
  -- What ended so stays so: no step of it runs again.
  v_is_over boolean := t.state in ('complete', 'cancelled', 'resolved_manually');
  v_cannot_go_on boolean := t.state = 'error' and t.dropped_steps > 0
    and exists (select from cairn.step_core c where c.task_id = t.id and c.state = 'cancelled');
begin
  select * into s from cairn.step_core c where c.task_id = t.id and c.step_no = p_step_no;
  select * into ts from cairn.template_steps x where x.template_id = t.template_id and x.step_no = p_step_no;
  select * into a from cairn.step_attempts x
  where x.task_id = t.id and x.step_no = p_step_no order by x.attempt desc limit 1;
  case
    when s.state = 'pending' and s.run_at is not null then
      reason := 'delay';
      explanation := format('%s is ready but for its delay, which is over at %s.', ts.name, cairn.said(s.run_at, p_now));
      what_to_do := 'It goes on by itself then.';
    when s.state = 'pending' then
      reason := 'dependencies';
      select string_agg(format('%s (%s%s)', d.name, d.state, case when d.since is null then '' else
        ' since ' || cairn.said(d.since, p_now) end), ', ' order by d.step_no) into v_names
      from (
        select ds.name, c.step_no, c.state,
          case
            when c.state = 'in_progress' then c.started_at
            when c.state = 'enqueued' then c.enqueued_at
            when c.state = 'waiting_for_retry' then (
              select x.finished_at from cairn.step_attempts x
              where x.task_id = c.task_id and x.step_no = c.step_no and x.attempt = c.attempt)
            when c.state = 'pending' and c.event = 'create' then t.created_at
            -- Set back by somebody: only the history has that, and it is read to its end only for such steps.
            when c.state = 'pending' then (
              select max(h.at) from cairn.step_history h where h.task_id = c.task_id and h.step_no = c.step_no)
            else c.finished_at
          end as since
        from cairn.step_core c
        join cairn.template_steps ds on ds.template_id = t.template_id and ds.step_no = c.step_no
        where c.task_id = t.id and c.step_no = any (ts.depends_on)
          and c.state not in ('complete', 'resolved_manually')
          and not (c.state = 'error' and ds.on_failure = 'continue')
        order by c.step_no limit 10) d;
      explanation := case when v_names is null then format('%s waits for the start of its task.', ts.name)
        else format('%s waits for %s.', ts.name, v_names) end;
      what_to_do := case when v_names is null then 'See the task.' else 'See those steps.' end;
    when s.state = 'waiting_for_retry' then
      reason := 'backoff';
      explanation := format('%s waits until %s for attempt %s of %s; the last failed with: %s.', ts.name,
        cairn.said(s.run_at, p_now), s.attempt + 1, s.max_attempts,
        cairn.said_error(a));
      what_to_do := 'It is tried again by itself then.';
    when s.state = 'in_progress' and (
      select cairn.is_reporting_now(x, s, p_now) from cairn.workers x where x.id = s.worker_id)
    then
      reason := 'reporting';
      select * into w from cairn.workers x where x.id = s.worker_id;
      explanation := format('%s has ended on worker %s (%s), which cannot report it: another session of the database '
        'has task %s locked, or a step of it. The step is left to that worker until %s.', ts.name, w.id, w.name, t.id,
        cairn.said(s.expires_at + interval '1 hour', p_now));
      what_to_do := 'End the transaction that has it locked (the oldest xact_start in pg_stat_activity); the worker '
        'reports it within seconds then.';
    when s.state = 'in_progress' then
      reason := case when s.stopping then 'stopping' else 'running' end;
      select * into w from cairn.workers x where x.id = s.worker_id;
      explanation := format('%s %s worker %s (%s) since %s, attempt %s of %s; the worker last reported %s, and the '
        'attempt times out at %s.', ts.name, case when s.stopping then 'is being stopped on' else 'runs on' end,
        s.worker_id, coalesce(w.name, 'gone'), cairn.said(s.started_at, p_now), s.attempt, s.max_attempts,
        cairn.said(w.heartbeat_at, p_now), cairn.said(s.expires_at, p_now));
      what_to_do := case when w.heartbeat_at + w.lease < p_now
        then 'The worker is silent for longer than its lease; a server gives the step to another within seconds.'
        else 'Wait for it, or look at the worker''s log.' end;
    when s.state = 'enqueued' then
      select e.reason, e.explanation, e.what_to_do into reason, explanation, what_to_do
      from cairn.explain_queued(t, s, ts, p_now) e;
    when s.state = 'error' then
      reason := 'failed';
      explanation := format('%s failed at %s after %s: %s.', ts.name, cairn.said(s.finished_at, p_now),
        case s.attempt when 1 then '1 attempt' else s.attempt || ' attempts' end,
        cairn.said_error(a));
      what_to_do := case when v_is_over then 'It stays so, for its task has ended.'
        when ts.on_failure in ('continue', 'skip_dependents')
        then format('Nothing has to be done: its template says on_failure %s.', ts.on_failure)
        when v_cannot_go_on then 'Its task cannot go on, for steps of it were cancelled: submit it again.'
        else format('Mend the cause, then: cairn step reset %s %s --reason …; or resolve or complete the step.', t.id, ts.name) end;
    else
      reason := 'ended';
      explanation := format('%s is %s since %s.', ts.name, s.state, cairn.said(s.finished_at, p_now));
      what_to_do := case
        when v_is_over or v_cannot_go_on or t.ending is not null then 'Nothing has to be done.'
        when s.state = 'complete' then
          format('To run it again: cairn step rerun %s %s --downstream --reason ….', t.id, ts.name)
        else 'Nothing has to be done.' end;
  end case;
end
$$;

-- Whether a step waits for its worker to report it, which lives for all one knows.
create or replace function cairn.is_reporting_now(w cairn.workers, s cairn.step_core, p_now timestamptz) returns boolean
language sql immutable
as $$
  select cairn.is_reporting(w, s, p_now) and w.heartbeat_at + w.lease >= p_now;
$$;

-- A step that is ready: why does nobody take it?
create or replace function cairn.explain_queued(
  t cairn.task_core, s cairn.step_core, ts cairn.template_steps, p_now timestamptz,
  out reason text, out explanation text, out what_to_do text)
language plpgsql stable
as $$
declare
  n cairn.namespaces;
  w cairn.workers;
  v_workers integer;
  v_slots bigint;
  v_busy bigint;
  v_ahead bigint;
begin
  select * into n from cairn.namespaces where id = t.namespace_id;
  select count(*), coalesce(sum(x.concurrency), 0) into v_workers, v_slots
  from cairn.workers x
  where x.state = 'live' and s.namespace_id = any (x.namespace_ids) and s.handler_id = any (x.handler_ids);
  if n.paused_at is not null then
    reason := 'paused';
    explanation := format('%s is ready since %s, but namespace %s is paused by %s: %s.', ts.name,
      cairn.said(s.enqueued_at, p_now), n.name, n.paused_by, rtrim(n.paused_reason, '.'));
    what_to_do := format('cairn namespace resume %s --reason ….', n.name);
  elsif not exists (select from cairn.workers x where x.state = 'live' and s.namespace_id = any (x.namespace_ids)) then
    reason := 'no_worker';
    explanation := format('%s is ready since %s, but no live worker serves namespace %s.', ts.name,
      cairn.said(s.enqueued_at, p_now), n.name);
    what_to_do := format('Start one: cairn-worker --namespace %s.', n.name);
  elsif v_workers = 0 then
    reason := 'no_handler';
    select * into w from cairn.workers x
    where s.namespace_id = any (x.namespace_ids) and s.handler_id = any (x.handler_ids) order by x.id desc limit 1;
    explanation := format('%s is ready since %s, but no live worker of namespace %s has handler %s%s.', ts.name,
      cairn.said(s.enqueued_at, p_now), n.name, ts.handler, case when w.id is null then '; none ever had it'
        else format('; worker %s (%s) was the last to have it, until %s', w.id, w.name, cairn.said(w.ended_at, p_now)) end);
    what_to_do := format('Start a worker that has %s, or mend the handler''s name in a new version of the template.',
      ts.handler);
  else
    select count(*) into v_busy from cairn.workers x
    cross join lateral cairn.steps_of(x.id) c
    where x.state = 'live' and s.namespace_id = any (x.namespace_ids) and s.handler_id = any (x.handler_ids);
    select count(*) into v_ahead from (
      select from cairn.step_core c
      where c.namespace_id = s.namespace_id and c.ready
        and (c.rank, c.task_id, c.step_no) < (s.rank, s.task_id, s.step_no)
      limit 1001) x;
    reason := 'queue';
    explanation := format('%s is ready since %s, behind %s of the same or a higher priority; %s, and %s of the %s '
      'steps that run there at once at most are taken.', ts.name, cairn.said(s.enqueued_at, p_now),
      case v_ahead when 1 then '1 step' when 1001 then 'more than 1000 steps' else v_ahead || ' steps' end,
      case v_workers when 1 then '1 live worker has its handler' else v_workers || ' live workers have its handler' end,
      v_busy, v_slots);
    what_to_do := case when s.suspect then 'Its workers died under it; it runs when one of them holds no other such step.'
      when v_busy < v_slots then 'A worker takes it within seconds.'
      else 'Start more workers, or raise the priority of the task.' end;
  end if;
end
$$;

-- What an attempt failed with: its message, or its code for one who may not read payloads.
create or replace function cairn.said_error(a cairn.step_attempts) returns text
language sql stable
as $$
  select rtrim(coalesce(
    case when cairn.may_read_payloads() then a.error ->> 'message' end, a.error ->> 'code', a.outcome::text), '.');
$$;

-- A time as people say it: absolute, and how far from now.
create or replace function cairn.said(p_at timestamptz, p_now timestamptz) returns text
language sql stable
as $$
  select coalesce(
    to_char(p_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')
      || case when p_at > p_now then ' (in ' else ' (' end
      || case
        when x.s < 90 then x.s || ' s'
        when x.s < 5400 then round(x.s / 60.0) || ' min'
        when x.s < 172800 then round(x.s / 3600.0) || ' h'
        else round(x.s / 86400.0) || ' days'
      end
      || case when p_at > p_now then ')' else ' ago)' end,
    'never')
  from (select abs(extract(epoch from p_at - p_now))::bigint as s) x;
$$;
