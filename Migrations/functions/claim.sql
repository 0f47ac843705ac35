-- Claims: row locks on steps only, with SKIP LOCKED, last in the transaction.
--
-- The order is priority, then the oldest task, then the step number. A claim that starts at the head of the index of
-- ready steps wades through the dead entries of all finished work (a held snapshot keeps them for long), so a worker
-- remembers a floor for each namespace and rank: the oldest task of its last claim there. A claim looks at each known
-- rank from its floor on, and between the known ranks for new ones. What became ready below a floor is found by
-- whoever has the lower floor, and by a look from the very start now and then (no floors given).

-- A claim carries all that its step's row says, so that nobody has to read that again. Here and not with the tables: who
-- makes claims and their type change together.
do $$
begin
  if not exists (
    select from pg_attribute
    where attrelid = 'cairn.claims'::regclass and attname = 'max_attempts' and not attisdropped)
  then
    alter type cairn.claims add attribute max_attempts smallint[];
  end if;
end
$$;

-- What a worker finds around a step of its own, without a claim: whether it may go on with what depends on the step before
-- it claims others (the namespace is not paused, no step of higher priority waits there, and it knows no floor of one, from
-- which a claim has to look); and whether there may be anything to claim.
do $$
begin
  if to_regtype('cairn.surroundings') is null then
    create type cairn.surroundings as (may_go_on boolean, may_find boolean);
  end if;
end
$$;

-- The usual worker has one namespace and one floor: for it, a few looks in one statement, where a claim takes as many
-- statements. Suspects are claimed whatever the floor.
create or replace function cairn.look_around(
  p_worker cairn.workers, p_namespace integer, p_rank smallint, p_floor_namespaces integer[], p_floor_ranks smallint[],
  p_floor_tasks bigint[])
returns cairn.surroundings
language plpgsql stable
as $$
declare
  r record;
begin
  if p_floor_namespaces = array[p_namespace] and p_floor_ranks[1] = p_rank and cardinality(p_worker.namespace_ids) = 1 then
    select
      exists (
        select from cairn.step_core s
        where s.namespace_id = p_namespace and s.ready and s.rank < p_rank
          and s.handler_id = any (p_worker.handler_ids)) as better,
      exists (
        select from cairn.step_core s
        where s.namespace_id = p_namespace and s.ready and (s.rank, s.task_id) >= (p_rank, p_floor_tasks[1])
          and s.handler_id = any (p_worker.handler_ids))
      or exists (
        select from cairn.step_core s
        where s.namespace_id = p_namespace and s.ready and s.suspect
          and s.handler_id = any (p_worker.handler_ids)) as others
    into r
    from cairn.namespaces n
    where n.id = p_namespace and n.paused_at is null;
    return row(not r.better, r.better or r.others);
  end if;
  -- Of any other worker only what it may go on with; it has to claim to know the rest.
  select exists (
    select from cairn.step_core s
    where s.namespace_id = p_namespace and s.ready and s.rank < p_rank
      and s.handler_id = any (p_worker.handler_ids)) as better
  into r
  from cairn.namespaces n
  where n.id = p_namespace and n.paused_at is null and not exists (
    select from unnest(p_floor_namespaces, p_floor_ranks) f (namespace_id, rank)
    where f.namespace_id = p_namespace and f.rank < p_rank);
  return row(not r.better, true);
end
$$;

-- Whether there may be something to claim.
drop function if exists cairn.is_best_rank(integer[], integer, smallint, integer[], smallint[]);
drop function if exists cairn.may_claim(cairn.workers, integer[], integer[], smallint[], bigint[]);
create or replace function cairn.may_claim(
  p_worker cairn.workers, p_floor_namespaces integer[], p_floor_ranks smallint[], p_floor_tasks bigint[])
returns boolean
language plpgsql stable
as $$
begin
  return p_floor_namespaces <> p_worker.namespace_ids or cardinality(p_floor_namespaces) <> 1 or coalesce(
    (cairn.look_around(
      p_worker, p_floor_namespaces[1], p_floor_ranks[1], p_floor_namespaces, p_floor_ranks, p_floor_tasks)).may_find,
    false);
end
$$;

-- Claims beside what a settle has claimed, in all namespaces that are not paused by now; the same claims when there are none.
create or replace function cairn.claim_more(
  p_worker cairn.workers, p_want integer, p_floor_namespaces integer[], p_floor_ranks smallint[], p_floor_tasks bigint[],
  p_claims cairn.claims)
returns cairn.claims
language plpgsql
as $$
declare
  v_open integer[] := cairn.open_namespaces(p_worker);
begin
  if v_open = '{}' then
    return p_claims;
  end if;
  return cairn.claim_steps(
    p_worker, v_open, p_want, p_floor_namespaces, p_floor_ranks, p_floor_tasks, p_claims, cairn.clock());
end
$$;

-- Claims up to p_want steps, those in p_claims included: a settle may have claimed what it unlocked (succeed_steps).
create or replace function cairn.claim_steps(
  p_worker cairn.workers, p_namespaces integer[], p_want integer, p_floor_namespaces integer[],
  p_floor_ranks smallint[], p_floor_tasks bigint[], p_claims cairn.claims, p_now timestamptz)
returns cairn.claims
language plpgsql
as $$
declare
  v_claims cairn.claims := coalesce(p_claims, row('{}', '{}', '{}', '{}', '{}')::cairn.claims);
  v_namespace integer;
  v_offset integer;
  v_ranks smallint[];
  v_tasks bigint[];
  v_after smallint;
begin
  if p_namespaces = '{}' or cardinality(v_claims.tasks) >= p_want then
    return v_claims;
  end if;
  -- Several namespaces take turns at being first.
  v_offset := (p_worker.id + extract(epoch from p_now)::bigint) % cardinality(p_namespaces);
  foreach v_namespace in array p_namespaces[v_offset + 1:] || p_namespaces[:v_offset] loop
    v_claims := cairn.claim_suspect(p_worker, v_namespace, v_claims, p_now);
    if p_floor_namespaces = array[v_namespace] and cardinality(p_floor_ranks) = 1 and cardinality(p_floor_tasks) = 1 then
      v_ranks := p_floor_ranks;
      v_tasks := p_floor_tasks;
    else
      -- The lowest floor of a rank is the one to look from, whatever else a worker says of it.
      select array_agg(f.rank order by f.rank), array_agg(f.task_id order by f.rank)
      into v_ranks, v_tasks
      from (
        select x.rank, min(x.task_id) as task_id
        from unnest(p_floor_namespaces, p_floor_ranks, p_floor_tasks) x (namespace_id, rank, task_id)
        where x.namespace_id = v_namespace and x.rank is not null and x.task_id is not null
        group by x.rank) f;
    end if;
    -- Each known rank from its floor on, after the ranks before it that nobody told this worker of.
    v_after := -32768;
    for i in 1 .. coalesce(cardinality(v_ranks), 0) loop
      v_claims := cairn.claim_between(p_worker, v_namespace, v_after, v_ranks[i], p_want, v_claims, p_now);
      exit when cardinality(v_claims.tasks) >= p_want;
      v_claims := cairn.claim_rank(p_worker, v_namespace, v_ranks[i], v_tasks[i], p_want, v_claims, p_now);
      v_after := v_ranks[i];
    end loop;
    v_claims := cairn.claim_between(p_worker, v_namespace, v_after, 32767::smallint, p_want, v_claims, p_now);
    exit when cardinality(v_claims.tasks) >= p_want;
  end loop;
  return v_claims;
end
$$;

-- Adds to the claims those of the ranks between two, neither included, in their order, until there are p_want.
create or replace function cairn.claim_between(
  p_worker cairn.workers, p_namespace_id integer, p_after smallint, p_before smallint, p_want integer,
  p_claims cairn.claims, p_now timestamptz)
returns cairn.claims
language plpgsql
as $$
begin
  while cardinality(p_claims.tasks) < p_want loop
    select s.rank into p_after
    from cairn.step_core s
    where s.namespace_id = p_namespace_id and s.ready and s.rank > p_after and s.rank < p_before
      and s.handler_id = any (p_worker.handler_ids)
    order by s.rank
    limit 1;
    exit when p_after is null;
    p_claims := cairn.claim_rank(p_worker, p_namespace_id, p_after, 0, p_want, p_claims, p_now);
  end loop;
  return p_claims;
end
$$;

-- Adds to the claims those of one namespace and rank, from a floor on, until there are p_want.
--
-- The rank is asked for as a range and together with the floor, and sorted by: so only the index of ready steps has this
-- order. By the primary key, which has the tasks and steps in order, a plan that takes many steps for ready, as when a
-- paused namespace has a long queue, would read all that have ended.
create or replace function cairn.claim_rank(
  p_worker cairn.workers, p_namespace_id integer, p_rank smallint, p_floor bigint, p_want integer,
  p_claims cairn.claims, p_now timestamptz)
returns cairn.claims
language plpgsql
as $$
declare
  v_rows tid[] := array(
    select s.ctid from cairn.step_core s
    where s.namespace_id = p_namespace_id and s.ready
      and (s.rank, s.task_id) >= (p_rank, p_floor) and s.rank <= p_rank
      and s.handler_id = any (p_worker.handler_ids) and not s.suspect
    order by s.rank, s.task_id, s.step_no
    limit p_want - cardinality(p_claims.tasks)
    for no key update skip locked);
begin
  if v_rows = '{}' then
    return p_claims;
  end if;
  return cairn.take_steps(p_worker, p_claims, p_now, v_rows);
end
$$;

-- Adds to the claims one step that is suspected of killing its workers, if this worker holds no other such: when it
-- dies again, it is plain which one it was, and no step that merely stood beside it has lost its last attempt.
create or replace function cairn.claim_suspect(
  p_worker cairn.workers, p_namespace_id integer, p_claims cairn.claims, p_now timestamptz)
returns cairn.claims
language plpgsql
as $$
declare
  v_suspects tid[] := array(
    select s.ctid from cairn.step_core s
    where s.namespace_id = p_namespace_id and s.ready and s.suspect
      and s.handler_id = any (p_worker.handler_ids)
    order by s.task_id, s.step_no
    limit 1
    for no key update skip locked);
begin
  if v_suspects = '{}' then
    return p_claims;
  end if;
  if exists (
    select from cairn.step_claims c
    cross join lateral unnest(c.tasks, c.steps) d (task_id, step_no)
    cross join lateral (
      select x.worker_id, x.state from cairn.step_core x
      where x.task_id = d.task_id and x.step_no = d.step_no offset 0) s
    where c.worker_id = p_worker.id and c.suspect and s.worker_id = p_worker.id and s.state = 'in_progress')
  then
    return p_claims;
  end if;
  return cairn.take_steps(p_worker, p_claims, p_now, v_suspects);
end
$$;

-- Adds steps, whose rows are locked, to the claims. The attempt is counted here, so that a crash counts too; and what a
-- worker holds is found by its claims (held.sql), so whoever starts a step writes one. One step alone leaves the same rows
-- by take_step.
create or replace function cairn.take_steps(
  p_worker cairn.workers, p_claims cairn.claims, p_now timestamptz, p_rows tid[])
returns cairn.claims
language plpgsql
as $$
declare
  c cairn.claims;
begin
  -- Not before what was enqueued since.
  p_now := greatest(p_now, cairn.clock());
  if cardinality(p_rows) = 1 then
    return cairn.take_step(p_worker, p_claims, p_now, p_rows[1]);
  end if;
  with claimed as (
    update cairn.step_core s
    set prev_state = s.state, state = 'in_progress', event = 'start', attempt = s.attempt + 1,
      worker_id = p_worker.id, started_at = p_now, expires_at = p_now + make_interval(secs => s.timeout_ms / 1000.0),
      run_at = null, history_id = nextval('cairn.history_ids')
    where s.ctid = any (p_rows)
    returning s.task_id, s.step_no, s.attempt, s.rank, s.max_attempts, s.expires_at, s.suspect, s.history_id
  ),
  claims as (
    insert into cairn.step_claims (worker_id, expires_at, tasks, steps, suspect)
    select p_worker.id, min(expires_at), array_agg(task_id), array_agg(step_no), bool_or(suspect)
    from claimed having count(*) > 0
  ),
  history as (
    insert into cairn.step_history (id, task_id, step_no, at, event, from_state, to_state, path, attempt, worker_id)
    select history_id, task_id, step_no, p_now, 'start', 'enqueued', 'in_progress', '{enqueued,in_progress}', attempt, p_worker.id
    from claimed
  )
  select array_agg(x.task_id), array_agg(x.step_no), array_agg(x.attempt), array_agg(x.rank), array_agg(x.max_attempts)
  into c
  from (select * from claimed order by task_id, step_no) x;
  return row(
    p_claims.tasks || c.tasks, p_claims.steps || c.steps, p_claims.attempts || c.attempts, p_claims.ranks || c.ranks,
    p_claims.max_attempts || c.max_attempts);
end
$$;

-- The same for one step, as a system with little to do takes them: small statements begin sooner than one of many parts. What
-- is written must be what take_steps writes.
create or replace function cairn.take_step(
  p_worker cairn.workers, p_claims cairn.claims, p_now timestamptz, p_row tid)
returns cairn.claims
language plpgsql
as $$
declare
  c record;
begin
  update cairn.step_core s
  set prev_state = s.state, state = 'in_progress', event = 'start', attempt = s.attempt + 1,
    worker_id = p_worker.id, started_at = p_now, expires_at = p_now + make_interval(secs => s.timeout_ms / 1000.0),
    run_at = null, history_id = nextval('cairn.history_ids')
  where s.ctid = p_row
  returning s.task_id, s.step_no, s.attempt, s.rank, s.max_attempts, s.expires_at, s.suspect, s.history_id
  into strict c;
  insert into cairn.step_claims (worker_id, expires_at, tasks, steps, suspect)
  values (p_worker.id, c.expires_at, array[c.task_id], array[c.step_no], c.suspect);
  insert into cairn.step_history (id, task_id, step_no, at, event, from_state, to_state, path, attempt, worker_id)
  values (c.history_id, c.task_id, c.step_no, p_now, 'start', 'enqueued', 'in_progress', '{enqueued,in_progress}', c.attempt,
    p_worker.id);
  return row(
    p_claims.tasks || c.task_id, p_claims.steps || c.step_no, p_claims.attempts || c.attempt, p_claims.ranks || c.rank,
    p_claims.max_attempts || c.max_attempts);
end
$$;
