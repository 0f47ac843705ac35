-- Workers: an incarnation registers, says now and then that it lives, and says when it leaves.

-- Registers a new incarnation. Namespaces must exist or are made; handler names are remembered. The lease is how long
-- a worker may be silent before its steps run elsewhere.
create or replace function cairn.register_worker(
  p_name text, p_host text, p_pid integer, p_version text, p_namespaces text[], p_handlers text[],
  p_concurrency integer, p_poll_only boolean default false, p_lease interval default interval '6 seconds')
returns table (worker_id bigint, namespace_ids integer[], channels text[], lease_ms bigint, token uuid)
language plpgsql security definer set search_path = cairn, pg_temp
  -- A registration that is left open keeps its new handlers from everybody else: they are told, and try again.
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off set lock_timeout = '3s'
as $$
#variable_conflict use_column
declare
  v_now timestamptz := cairn.clock();
  -- In seconds: an interval whose months and days offset each other passes for a short one when it is compared, and is
  -- out of range when it is taken from a time.
  v_seconds double precision := extract(epoch from p_lease);
begin
  if v_seconds is null or v_seconds not between 1 and 3600
    and not (cairn.is_owner() and v_seconds between 0.001 and 3155760000)
  then
    raise exception 'a lease is from 1 second to 1 hour, not %', coalesce(p_lease::text, 'null')
      using errcode = 'CN400', hint = 'invalid_lease';
  end if;
  if p_name is null or length(p_name) not between 1 and 500 or p_host is null or length(p_host) > 500
    or p_version is null or length(p_version) > 100 or p_concurrency is null or p_concurrency not between 1 and 100000
    or exists (select from unnest(p_handlers) h where h is null or length(h) not between 1 and 500)
  then
    raise exception 'a worker has a name, a host and handlers of at most 500 characters each, a version of at most 100, and '
        'runs 1 to 100000 steps at once'
      using errcode = 'CN400', hint = 'invalid_worker';
  end if;
  perform cairn.check_namespace_grants(p_namespaces);
  insert into cairn.namespaces (name) select distinct n from unnest(p_namespaces) n order by n on conflict do nothing;
  insert into cairn.handlers (name) select distinct h from unnest(p_handlers) h order by h on conflict do nothing;
  return query
  insert into cairn.workers as w
    (name, host, pid, version, namespaces, namespace_ids, handlers, handler_ids, concurrency, poll_only, lease,
     registered_at, heartbeat_at)
  values (
    p_name, p_host, p_pid, p_version, p_namespaces,
    array(select id from cairn.namespaces where name = any (p_namespaces) order by id),
    p_handlers, array(select id from cairn.handlers where name = any (p_handlers) order by id),
    p_concurrency, p_poll_only, make_interval(secs => v_seconds), v_now, v_now)
  returning w.id, w.namespace_ids, array(select 'cairn_namespace_' || n from unnest(w.namespace_ids) n) || ('cairn_worker_' || w.id),
    (extract(epoch from w.lease) * 1000)::bigint, w.token;
end
$$;

comment on function cairn.register_worker is
  'Begins an incarnation of a worker: whom it serves, what it can run, and how long it may be silent.';

-- Whether a worker has been silent for too long. One that holds no step may be silent for longer, for nobody waits for the
-- end of its lease: half a minute, or five times a short lease. See LeaseKeeper of CairnWorker, which counts on this, and on
-- a look for steps to say that the worker lives.
create or replace function cairn.is_silent(w cairn.workers, p_now timestamptz) returns boolean
language plpgsql stable
as $$
begin
  return w.heartbeat_at < p_now - w.lease and (
    w.heartbeat_at < p_now - least(5 * w.lease, greatest(w.lease, interval '30 seconds'))
    or exists (select from cairn.steps_of(w.id)));
end
$$;

-- Whether half of its lease has passed since it last said that it lives. A function, for what an expression that is not
-- evaluated takes to get ready counts where it stands in every exchange.
create or replace function cairn.is_quiet(w cairn.workers) returns boolean
language plpgsql stable
as $$
begin
  return w.heartbeat_at < cairn.clock() - w.lease / 2;
end
$$;

-- Says that the worker lives, which attempts it runs, and of which steps it has the outcome but cannot report it, for
-- somebody has their task locked (of more than a thousand, the first). Returns its state: live, draining, or `gone` when
-- it must register anew; and those of the attempts that are not wanted any more: their task is being stopped, or the step
-- was settled by somebody else.
drop function if exists cairn.heartbeat(bigint, boolean, bigint[], integer[], smallint[], uuid);
create or replace function cairn.heartbeat(
  p_worker_id bigint, p_draining boolean default false, p_tasks bigint[] default '{}', p_steps integer[] default '{}',
  p_attempts smallint[] default '{}', p_token uuid default null,
  p_reporting_tasks bigint[] default '{}', p_reporting_steps integer[] default '{}',
  out state text, out unwanted_tasks bigint[], out unwanted_steps integer[], out unwanted_attempts smallint[])
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_worker_id bigint := (cairn.worker_of(p_worker_id, p_token)).id;
begin
  -- First, for it may take a while, and the worker's row is locked from the update on.
  perform cairn.forget_claims(array[v_worker_id]);
  update cairn.workers w
  set heartbeat_at = cairn.clock(), state = case when p_draining then 'draining' else w.state end,
    idle_since = case when p_draining then null else w.idle_since end,
    reporting = array(
      select row(d.task_id, d.step_no)::cairn.step_key
      from unnest(p_reporting_tasks, p_reporting_steps) d (task_id, step_no) limit 1000)
  where w.id = v_worker_id and w.state in ('live', 'draining')
  returning w.state into heartbeat.state;
  heartbeat.state := coalesce(heartbeat.state, 'gone');
  select coalesce(array_agg(d.task_id), '{}'), coalesce(array_agg(d.step_no), '{}'),
    coalesce(array_agg(d.attempt), '{}')
  into unwanted_tasks, unwanted_steps, unwanted_attempts
  from unnest(p_tasks, p_steps, p_attempts) d (task_id, step_no, attempt)
  where not exists (
    select from cairn.step_core s
    where s.task_id = d.task_id and s.step_no = d.step_no and s.attempt = d.attempt
      and s.worker_id = v_worker_id and s.state = 'in_progress'
      and not s.stopping);
end
$$;

comment on function cairn.heartbeat is
  'Renews a worker''s lease. Says live or draining, or gone when the incarnation has ended, and which of the attempts '
  'it runs are not wanted any more.';

-- The worker leaves. What it still holds is expired by the next sweep at once.
create or replace function cairn.deregister_worker(p_worker_id bigint, p_token uuid default null) returns void
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
begin
  update cairn.workers
  set state = 'stopped', ended_at = cairn.clock(), idle_since = null
  where id = (cairn.worker_of(p_worker_id, p_token)).id and state in ('live', 'draining');
end
$$;

comment on function cairn.deregister_worker is 'Ends an incarnation; the sweep gives what it still holds to others.';

-- The steps that a worker holds. A claim whose reply got lost is known to the database alone, and while its worker
-- lives, no lease ends: so a worker that lost a reply asks, and releases what it does not know.
create or replace function cairn.held_steps(p_worker_id bigint, p_token uuid default null)
returns table (task_id bigint, step_no integer, attempt smallint)
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select s.task_id, s.step_no, s.attempt from cairn.steps_of((cairn.worker_of(p_worker_id, p_token)).id) s;
$$;

comment on function cairn.held_steps is 'The steps that a worker holds, as the database sees it.';

-- The steps of a template, as a worker needs them to run its claims: names, handlers, configurations, limits.
create or replace function cairn.worker_template(p_worker_id bigint, p_template_id bigint, p_token uuid default null)
returns table (
  namespace text, template_name text, template_version text, step_no integer, name text, handler text, config jsonb,
  timeout_ms bigint, max_attempts integer, has_input boolean)
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select t.namespace, t.name, t.version, s.step_no, s.name, s.handler, s.config, s.timeout_ms, s.max_attempts,
    s.input_paths is not null
  from cairn.template_steps s
  join cairn.templates t on t.id = s.template_id
  where s.template_id = p_template_id
    and t.namespace_id = any ((cairn.worker_of(p_worker_id, p_token)).namespace_ids)
  order by s.step_no;
$$;

comment on function cairn.worker_template is 'The steps of a template, as a worker needs them to run its claims.';
