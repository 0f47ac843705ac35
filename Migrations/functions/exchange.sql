-- The one call of the hot path: settle what has finished, claim what is ready, in one transaction and one round trip.
--
--   1  the worker                 who asks; nobody else's steps can be settled
--   2  lock the tasks             in id order
--   3  settle                     results and errors become rows
--   4  unlock                     dependents that wait for nothing else go on with this worker, or are enqueued
--   5  count                      counters and states of the tasks
--   6  claim                      step rows only, SKIP LOCKED, last
--   7  wake                       somebody idle, when something is left for them
--
-- Rows come back, by `kind`:
--   claimed  a step to run, with what its handler needs
--   unreadable  a step whose input cannot be made; `input` says why, and the worker is to report it as failed
--   refused  a settle that came too late (another attempt, another worker, or the step is settled): it had no effect
--   locked   a settle of a task that somebody else has locked, or a step of it: it had no effect, and is to be
--            reported again
--   gone     this incarnation is not live any more: register anew
--
-- p_outcomes has one of succeeded, retryable, permanent, timed_out, released for each step; p_payloads its result or
-- its error; p_token what the worker was given when it registered; p_retry_after a wait in milliseconds that was asked
-- for. A released step goes back unharmed: its handler never began, and the attempt is not counted. p_may_idle says that
-- the worker will wait if it gets nothing, and is to be woken from then on. A step may have become ready just before that is
-- committed, or below the floors: so who gets nothing looks once more, from the very start.
--
-- p_patience is for how many milliseconds to wait for whoever has something locked; then the call fails with 55P03 and
-- has had no effect. With 0 no task is waited for, and one that is locked, or has a step locked without it, keeps no
-- other from being settled. Null leaves it to the session's lock_timeout, which is otherwise another one until the
-- transaction ends.
--
-- Without p_claims it takes no step that waits, only what goes on with the worker. Who settles many steps of one task does that
-- in a call of its own, for the task is locked until the transaction ends, and others wait meanwhile.
--
-- The settings of this function hold for those it calls, and all that change tasks have them: a plan is made once for
-- a session, maybe while the tables are empty and a sequential scan of them looks free, and is kept while they grow.
drop function if exists cairn.exchange(
  bigint, bigint[], integer[], smallint[], text[], jsonb[], bigint[], integer, integer[], smallint[], bigint[], boolean,
  uuid);
drop function if exists cairn.exchange(
  bigint, bigint[], integer[], smallint[], text[], jsonb[], bigint[], integer, integer[], smallint[], bigint[], boolean,
  uuid, integer);
create or replace function cairn.exchange(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes text[],
  p_payloads jsonb[], p_retry_after bigint[], p_want integer,
  p_floor_namespaces integer[] default '{}', p_floor_ranks smallint[] default '{}',
  p_floor_tasks bigint[] default '{}', p_may_idle boolean default false, p_token uuid default null,
  p_patience integer default null, p_claims boolean default true)
returns table (
  kind text, task_id bigint, step_no integer, attempt smallint, namespace_id integer, rank smallint,
  template_id bigint, input jsonb, context jsonb, results jsonb, headers jsonb, correlation_id text, errors jsonb,
  max_attempts smallint)
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  w cairn.workers := cairn.worker_of(p_worker_id, p_token);
  s record;
  c record;
  v_is_alone boolean;
  v_goes_on_from integer;
  v_may_find boolean;
  v_is_found boolean := false;
  v_claims cairn.claims;
  v_claimed integer := 0;
  v_settled integer := 0;
  v_enqueued_handlers integer[];
  v_enqueued_namespaces integer[];
  v_setting text;
begin
  -- What a worker does is no operator's doing, whatever its session says.
  if concat(current_setting('cairn.actor', true), current_setting('cairn.reason', true),
      current_setting('cairn.address', true)) <> ''
  then
    perform cairn.act_for_nobody();
  end if;
  if w.id is null or w.state not in ('live', 'draining') then
    kind := 'gone';
    return next;
    return;
  end if;
  -- Assigned, for PERFORM is a statement, and most of the time of one step goes into beginning statements.
  if p_patience is not null then
    v_setting := set_config('lock_timeout', (case when p_patience > 0 then p_patience else 1000 end)::text, true);
  end if;

  v_is_alone := p_outcomes = '{succeeded}' and p_patience is distinct from 0
    and (cardinality(p_tasks), cardinality(p_steps), cardinality(p_attempts), cardinality(p_payloads),
      cardinality(p_retry_after)) = (1, 1, 1, 1, 1)
    and pg_column_size(p_payloads) <= 65536;
  if v_is_alone then
    s := cairn.succeed_step(
      w, p_tasks[1], p_steps[1], p_attempts[1], p_payloads[1], p_want, p_floor_namespaces, p_floor_ranks, p_floor_tasks);
    v_is_alone := s.is_settled;
  end if;
  if v_is_alone then
    v_settled := 1;
    v_claims := s.continued;
    if v_claims.tasks is not null then
      v_goes_on_from := p_steps[1];
      v_may_find := s.may_find;
    end if;
    if s.enqueued_handler is not null then
      v_enqueued_handlers := array[s.enqueued_handler];
      v_enqueued_namespaces := array[s.enqueued_namespace];
    end if;
  elsif cardinality(p_tasks) > 0 then
    s := cairn.settle_reports(
      w, p_tasks, p_steps, p_attempts, p_outcomes, p_payloads, p_retry_after, p_patience, p_want, p_floor_namespaces,
      p_floor_ranks, p_floor_tasks);
    v_settled := coalesce(cardinality(s.settled_tasks), 0);
    v_claims := s.continued;
    v_enqueued_handlers := s.enqueued_handlers;
    v_enqueued_namespaces := s.enqueued_namespaces;
  end if;

  v_claimed := coalesce(cardinality(v_claims.tasks), 0);
  -- Who is about to wait must have looked; anybody else need not where there is nothing at a glance.
  if p_claims and v_claimed < p_want and w.state = 'live' and (
      p_floor_tasks = '{}' or p_may_idle and v_claimed = 0
      or coalesce(v_may_find, cairn.may_claim(w, p_floor_namespaces, p_floor_ranks, p_floor_tasks)))
  then
    v_claims := cairn.claim_more(w, p_want, p_floor_namespaces, p_floor_ranks, p_floor_tasks, v_claims);
    v_claimed := coalesce(cardinality(v_claims.tasks), 0);
  end if;
  if v_claimed > 0 then
    -- Come what may: an input that cannot be made must not keep the others from running, nor undo what the call has
    -- settled.
    begin
      if v_claimed = 1 then
        c := cairn.claimed_step(v_claims, v_goes_on_from, p_payloads[1]);
        v_is_found := c.is_found;
      end if;
      if v_is_found then
        kind := 'claimed';
        task_id := v_claims.tasks[1];
        step_no := v_claims.steps[1];
        attempt := v_claims.attempts[1];
        namespace_id := c.namespace_id;
        rank := v_claims.ranks[1];
        template_id := c.template_id;
        input := c.input;
        context := c.context;
        results := c.results;
        headers := c.headers;
        correlation_id := c.correlation_id;
        errors := '{}';
        max_attempts := v_claims.max_attempts[1];
        return next;
      else
        return query select * from cairn.claimed_steps(v_claims);
      end if;
    exception when others then
      return query select * from cairn.readable_steps(v_claims);
    end;
  end if;
  -- A call that reports nothing says that the worker lives, which is written when it last said so half a lease ago: an idle
  -- worker has nothing else to say. Whoever has the worker's row locked may wait for a step that was just claimed, so it is
  -- not waited for: a worker that is not known to be idle polls, one that is not known to be busy is woken once for nothing.
  if (v_claims.tasks = '{}' and p_may_idle and w.idle_since is null) or (v_claimed > 0 and w.idle_since is not null)
    or (p_tasks = '{}' and cairn.is_quiet(w))
  then
    update cairn.workers
    set heartbeat_at = cairn.clock(),
      idle_since = case
        when v_claimed > 0 then null
        when v_claims.tasks = '{}' and p_may_idle then coalesce(idle_since, cairn.clock())
        else idle_since
      end
    where id = (select id from cairn.workers where id = p_worker_id for no key update skip locked);
  end if;

  -- A settle that hit no row came too late, or was never this worker's, unless somebody has its task or step locked.
  if v_settled < cardinality(p_tasks) then
    return query
    select case when l.t is null then 'refused' else 'locked' end, d.t, d.n, d.a, null::integer, null::smallint,
      null::bigint, null::jsonb, null::jsonb, null::jsonb, null::jsonb, null::text, null::jsonb, null::smallint
    from unnest(p_tasks, p_steps, p_attempts) d (t, n, a)
    left join unnest(s.locked_tasks, s.locked_steps, s.locked_attempts) l (t, n, a) on (l.t, l.n, l.a) = (d.t, d.n, d.a)
    where not exists (
      select from unnest(s.settled_tasks, s.settled_steps, s.settled_attempts) x (t, n, a)
      where (x.t, x.n, x.a) = (d.t, d.n, d.a));
  end if;

  -- Something is left for others when this call took all it wanted, or none that wait, or enqueued steps of handlers it has
  -- not.
  if v_enqueued_handlers is not null
    and (not p_claims or v_claimed >= p_want or w.state <> 'live' or not v_enqueued_handlers <@ w.handler_ids)
  then
    perform cairn.wake_workers(v_enqueued_namespaces);
  end if;
end
$$;

comment on function cairn.exchange is
  'Settles what a worker has finished and claims what it may run next, in one transaction.';

-- Settles what a worker reports, after the locks of the tasks, and carries them on. Without patience (0) what is locked is left
-- (`locked_…`); whatever is neither settled nor locked is to be refused. What becomes ready may go on with the worker
-- (`continued`, see succeed_steps), up to p_want steps.
create or replace function cairn.settle_reports(
  p_worker cairn.workers, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes text[],
  p_payloads jsonb[], p_retry_after bigint[], p_patience integer, p_want integer, p_floor_namespaces integer[],
  p_floor_ranks smallint[], p_floor_tasks bigint[],
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[],
  out locked_tasks bigint[], out locked_steps integer[], out locked_attempts smallint[],
  out enqueued_handlers integer[], out enqueued_namespaces integer[], out continued cairn.claims)
language plpgsql
as $$
#variable_conflict use_variable
declare
  v_held bigint[];
  v_locked bigint[];
  -- Without floors the worker looks from the very start: then what waited for longer comes before what is unlocked.
  v_room integer := case when p_floor_tasks <> '{}' then p_want else 0 end;
  v_open integer[] := '{}';
  v_now timestamptz;
  r record;
begin
  perform cairn.check_outcomes(p_tasks, p_steps, p_attempts, p_outcomes, p_payloads, p_retry_after);
  v_held := cairn.tasks_held(p_worker.id, p_tasks, p_steps, p_attempts);
  if p_patience = 0 then
    v_locked := cairn.lock_free_tasks(v_held);
    select * into settled_tasks, settled_steps, settled_attempts, enqueued_handlers, enqueued_namespaces,
      locked_tasks, locked_steps, locked_attempts
    from cairn.settle_apart(p_worker, p_tasks, p_steps, p_attempts, p_outcomes, p_payloads, p_retry_after, v_locked);
    return;
  end if;

  perform cairn.lock_tasks(v_held);
  -- Who waited for a lock must not say that it happened before what it waited for; and a namespace may be paused meanwhile.
  v_now := cairn.clock();
  if 'succeeded' = all (p_outcomes) then
    if v_room > 0 and p_worker.state = 'live' then
      v_open := cairn.open_namespaces(p_worker);
    end if;
    r := cairn.succeed_steps(
      p_worker, p_tasks, p_steps, p_attempts, p_payloads, v_now, v_room, v_open, p_floor_namespaces, p_floor_ranks);
    settled_tasks := r.settled_tasks;
    settled_steps := r.settled_steps;
    settled_attempts := r.settled_attempts;
    enqueued_handlers := r.enqueued_handlers;
    enqueued_namespaces := r.enqueued_namespaces;
    continued := r.continued;
  end if;
  if cardinality(settled_tasks) is distinct from cardinality(p_tasks) then
    -- The rest; without what this very call has started, of which nothing can be reported yet.
    select array_agg(d.t) as tasks, array_agg(d.n) as steps, array_agg(d.a) as attempts, array_agg(d.o) as outcomes,
      array_agg(d.p) as payloads, array_agg(d.r) as retry_after
    into r
    from unnest(p_tasks, p_steps, p_attempts, p_outcomes, p_payloads, p_retry_after) d (t, n, a, o, p, r)
    where not exists (
      select from unnest(
        settled_tasks || continued.tasks, settled_steps || continued.steps,
        settled_attempts || continued.attempts) x (t, n, a)
      where x.t = d.t and x.n = d.n and x.a = d.a);
    select * into r
    from cairn.settle_steps(p_worker, r.tasks, r.steps, r.attempts, r.outcomes, r.payloads, r.retry_after, v_now);
    settled_tasks := settled_tasks || r.settled_tasks;
    settled_steps := settled_steps || r.settled_steps;
    settled_attempts := settled_attempts || r.settled_attempts;
    enqueued_handlers := enqueued_handlers || r.enqueued_handlers;
    enqueued_namespaces := enqueued_namespaces || r.enqueued_namespaces;
  end if;
end
$$;

-- The namespaces of a worker that are not paused.
create or replace function cairn.open_namespaces(p_worker cairn.workers) returns integer[]
language plpgsql stable
as $$
begin
  return array(
    select n.id from cairn.namespaces n where n.id = any (p_worker.namespace_ids) and n.paused_at is null order by n.id);
end
$$;

-- Settles those of these reports that can be settled, and says which cannot: of tasks of which somebody has a step
-- locked, without the task. What is of one task is settled together, or not at all.
--
-- Tasks of p_locked are locked by others, and not tried. All the others are locked meanwhile. So p_tries things are tried at most, which keeps the transaction to few
-- subtransactions as well, and after 200 ms of that no lock is waited for: what was not tried then counts as locked.
drop function if exists cairn.settle_apart(
  cairn.workers, bigint[], integer[], smallint[], text[], jsonb[], bigint[], timestamptz);
drop function if exists cairn.settle_apart(
  cairn.workers, bigint[], integer[], smallint[], text[], jsonb[], bigint[], integer);
create or replace function cairn.settle_apart(
  p_worker cairn.workers, p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes text[],
  p_payloads jsonb[], p_retry_after bigint[], p_locked bigint[], p_tries integer default 30,
  out settled_tasks bigint[], out settled_steps integer[], out settled_attempts smallint[],
  out enqueued_handlers integer[], out enqueued_namespaces integer[],
  out locked_tasks bigint[], out locked_steps integer[], out locked_attempts smallint[])
language plpgsql set lock_timeout = '100ms'
as $$
#variable_conflict use_variable
declare
  v_until timestamptz := clock_timestamp() + interval '200 ms';
  v_order bigint[] := array(
    select distinct t from unnest(p_tasks) t where t <> all (coalesce(p_locked, '{}')) order by t);
  v_groups int4range[] := case when v_order <> '{}' then array[int4range(1, cardinality(v_order), '[]')] else '{}' end;
  v_group int4range;
  v_tried bigint[];
  v_done bigint[] := '{}';
  r record;
begin
  while v_groups <> '{}' and p_tries > 0 loop
    p_tries := p_tries - 1;
    v_group := cairn.largest_group(v_groups);
    v_groups := array_remove(v_groups, v_group);
    v_tried := v_order[lower(v_group):upper(v_group) - 1];
    if clock_timestamp() > v_until then
      perform set_config('lock_timeout', '1', true);
    end if;
    begin
      select array_agg(d.t) as tasks, array_agg(d.n) as steps, array_agg(d.a) as attempts, array_agg(d.o) as outcomes,
        array_agg(d.p) as payloads, array_agg(d.r) as retry_after
      into r
      from unnest(p_tasks, p_steps, p_attempts, p_outcomes, p_payloads, p_retry_after) d (t, n, a, o, p, r)
      where d.t = any (v_tried);
      select * into r
      from cairn.settle_steps(
        p_worker, r.tasks, r.steps, r.attempts, r.outcomes, r.payloads, r.retry_after, cairn.clock());
      v_done := v_done || v_tried;
      settled_tasks := settled_tasks || r.settled_tasks;
      settled_steps := settled_steps || r.settled_steps;
      settled_attempts := settled_attempts || r.settled_attempts;
      enqueued_handlers := enqueued_handlers || r.enqueued_handlers;
      enqueued_namespaces := enqueued_namespaces || r.enqueued_namespaces;
    exception when lock_not_available then
      select * into v_order, v_groups from cairn.split_group(v_group, true, v_order, v_groups);
    end;
  end loop;
  select array_agg(d.t), array_agg(d.n), array_agg(d.a)
  into locked_tasks, locked_steps, locked_attempts
  from unnest(p_tasks, p_steps, p_attempts) d (t, n, a)
  where d.t <> all (v_done);
end
$$;

-- The tasks of those reports that are of attempts this worker holds. Nobody else's are locked: a report of what a worker
-- does not hold is refused anyway, and must not keep others waiting for as long as the worker likes.
create or replace function cairn.tasks_held(
  p_worker_id bigint, p_tasks bigint[], p_steps integer[], p_attempts smallint[])
returns bigint[]
language plpgsql stable
as $$
begin
  return array(
    select d.task_id
    from unnest(p_tasks, p_steps, p_attempts) d (task_id, step_no, attempt)
    join cairn.step_core s on s.task_id = d.task_id and s.step_no = d.step_no
    where s.attempt = d.attempt and s.worker_id = p_worker_id and s.state = 'in_progress');
end
$$;

-- What is no report of outcomes is refused as a whole. Workers keep to lower limits (1 MiB of JSON for a result, 4 KiB for
-- an error), of which the binary form can be several times as large.
create or replace function cairn.check_outcomes(
  p_tasks bigint[], p_steps integer[], p_attempts smallint[], p_outcomes text[], p_payloads jsonb[],
  p_retry_after bigint[])
returns void
language plpgsql
as $$
declare
  v_count integer := cardinality(p_tasks);
begin
  if (cardinality(p_steps), cardinality(p_attempts), cardinality(p_outcomes), cardinality(p_payloads),
      cardinality(p_retry_after)) is distinct from (v_count, v_count, v_count, v_count, v_count) then
    raise exception 'tasks, steps, attempts, outcomes, payloads and waits must be arrays of one length'
      using errcode = 'CN400', hint = 'invalid_outcome';
  end if;
  if array_position(p_outcomes, null) is not null
    or not p_outcomes <@ array['succeeded', 'retryable', 'permanent', 'timed_out', 'released']
  then
    raise exception 'an outcome is one of succeeded, retryable, permanent, timed_out, released'
      using errcode = 'CN400', hint = 'invalid_outcome';
  end if;
  -- One by one only when all of them together are too long for one.
  if pg_column_size(p_payloads) > 65536 then
    if exists (
      select from unnest(p_outcomes, p_payloads) d (outcome, payload)
      where pg_column_size(d.payload) > case d.outcome when 'succeeded' then 16777216 else 65536 end)
    then
      raise exception 'a result is at most 16 MiB, an error at most 64 KiB'
        using errcode = 'CN400', hint = 'invalid_outcome';
    end if;
  end if;
end
$$;
