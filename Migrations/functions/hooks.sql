-- Terminal hooks: written by the trigger that notes the end of a task (history.sql), delivered by servers. Delivery is
-- at least once: the receiver tells repetitions by webhook_id, which stays the same over retries and replays.

-- Writes the hooks of tasks that have just ended.
create or replace function cairn.write_hooks(p_tasks bigint[], p_now timestamptz) returns void
language plpgsql
as $$
begin
  insert into cairn.hooks (task_id, url, task_state, ended_at, next_at)
  select t.id, d.callback_url, t.state, p_now, p_now
  from cairn.task_core t
  join cairn.task_details d on d.task_id = t.id
  where t.id = any (p_tasks) and d.callback_url is not null;
  -- NOTIFY takes a global lock until the commit is on disk: it is spent only when servers are not behind, for those that
  -- are look anyway. They are when what ended just now is still with nobody. Only the newest are looked at, newest first:
  -- what was delivered stays in the index while an old snapshot might see it, and a task's end must not walk through that.
  if found and not exists (
    select from cairn.hooks h
    where h.state = 'pending' and h.next_at < p_now and h.next_at > p_now - interval '100 milliseconds'
    order by h.next_at desc limit 1 offset 0)
  then
    perform pg_notify('cairn_hooks', '');
  end if;
end
$$;

-- The host of a URL, in lower case and without a dot at its end; of what is no URL, the empty text.
create or replace function cairn.url_host(p_url text) returns text
language sql immutable parallel safe
as $$
  select rtrim(lower(coalesce(substring(p_url from '^[a-zA-Z]+://(\[[^]/]*\]|[^]/?#:[]*)'), '')), '.');
$$;

-- Hooks that are due, for a server to deliver within p_lease. A server that dies in between leaves them to be due again.
-- Hooks for the hosts of p_busy_hosts stay where they are: the server has as much on its way there as it will. A host with
-- a long queue is read past by each claim, which costs some milliseconds for a thousand of its hooks that are due.
drop function if exists cairn.claim_hooks(integer, interval);
create or replace function cairn.claim_hooks(
  p_limit integer default 20, p_lease interval default interval '1 minute', p_busy_hosts text[] default '{}')
returns table (
  id bigint, webhook_id uuid, url text, attempt integer, task_id bigint, task_state text, ended_at timestamptz, payload json,
  host text)
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz := cairn.clock();
begin
  return query
  with due as (
    update cairn.hooks h
    set attempts = h.attempts + 1, next_at = v_now + p_lease
    where h.id = any (array(
      select x.id from cairn.hooks x
      where x.state = 'pending' and x.next_at <= v_now and cairn.url_host(x.url) <> all (p_busy_hosts)
      order by x.next_at limit p_limit
      for no key update skip locked))
    returning h.*
  )
  select due.id, due.webhook_id, due.url, due.attempts, due.task_id, due.task_state::text, due.ended_at,
    cairn.hook_payload(due.task_id, due.task_state, due.ended_at), cairn.url_host(due.url)
  from due
  order by due.id;
end
$$;

comment on function cairn.claim_hooks is 'Hooks that are due, for a server to deliver.';

-- What a receiver is told: which task, how it ended, and with what. A great result is left out; it can be fetched.
create or replace function cairn.hook_payload(p_task_id bigint, p_state cairn.task_state, p_ended_at timestamptz)
returns json
language plpgsql stable
as $$
declare
  t cairn.tasks;
  v_results jsonb;
begin
  select * into t from cairn.tasks x where x.id = p_task_id;
  -- The result of a task: those of the steps that nothing depends on.
  select jsonb_object_agg(s.name, s.result order by s.step_no) into v_results
  from cairn.steps s
  join cairn.step_core c on c.task_id = s.task_id and c.step_no = s.step_no
  where s.task_id = p_task_id and c.dependents = '{}' and s.state = 'complete' and p_state = 'complete';
  return json_build_object(
    'type', 'task.' || p_state, 'timestamp', p_ended_at,
    'data', json_build_object(
      'task_id', p_task_id, 'namespace', t.namespace, 'template_name', t.template_name,
      'template_version', t.template_version, 'state', p_state, 'correlation_id', t.correlation_id,
      'headers', t.headers, 'tags', t.tags, 'created_at', t.created_at, 'finished_at', p_ended_at,
      'result', case when octet_length(v_results::text) <= 262144 then v_results end,
      'error', case when p_state = 'error' then (
        select json_build_object('step', s.name, 'attempt', s.attempt, 'error', s.error)
        from cairn.steps s where s.task_id = p_task_id and s.state = 'error'
        -- What the template tolerates did not decide it, though it may have come last.
        order by s.on_failure in ('error', 'block') desc, s.finished_at desc, s.step_no limit 1) end));
end
$$;

-- What became of a delivery. 2xx is done; 408, 425, 429, 5xx and no answer at all are tried again, twice as late each
-- time (30 s at first, at most 2 h) for a day; any other answer will not change, and the hook is dead at once. So it is
-- when it was not sent at all and never will be (p_hopeless), as to an address that is refused. The answer to a delivery
-- that was claimed before a replay, or before another claim, changes nothing.
create or replace function cairn.settle_hook(
  p_id bigint, p_attempt integer, p_status integer, p_error text default null, p_retry_after_ms bigint default null,
  p_hopeless boolean default false)
returns text
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := cairn.clock();
  v_state cairn.hook_state;
begin
  update cairn.hooks h
  set last_status = p_status, last_error = left(p_error, 2000),
    state = x.state,
    delivered_at = case when x.state = 'delivered' then v_now else h.delivered_at end,
    next_at = case when x.state = 'pending' then v_now + make_interval(secs => greatest(
      least(30 * power(2, least(h.attempts - h.attempts_before - 1, 8)), 7200) * (0.85 + 0.3 * random()),
      least(coalesce(p_retry_after_ms, 0), 86400000) / 1000.0)) end
  from cairn.hooks o,
  lateral (
    select (case
      when p_status between 200 and 299 then 'delivered'
      when p_hopeless then 'dead'
      when (p_status is null or p_status in (408, 425, 429) or p_status >= 500)
        and v_now < coalesce(o.replayed_at, o.ended_at) + interval '1 day' then 'pending'
      else 'dead'
    end)::cairn.hook_state as state
  ) x
  where h.id = p_id and o.id = p_id and h.attempts = p_attempt and p_attempt > h.attempts_before
    and h.state = 'pending'
  returning h.state into v_state;
  return v_state;
end
$$;

comment on function cairn.settle_hook is 'Records what became of a delivery; says delivered, pending or dead.';

-- Delivers a hook again, whatever became of it: it has a new day of tries, which begin close together again. Attempts
-- are numbered on, so that the answer to one from before is not taken for one of these.
create or replace function cairn.replay_hook(id bigint, by text, reason text) returns json
language plpgsql security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  h cairn.hooks;
begin
  perform cairn.check_who_and_why(by, reason);
  -- The task first, as everywhere: retention must not remove it meanwhile.
  perform from cairn.task_core t
  where t.id = (select x.task_id from cairn.hooks x where x.id = replay_hook.id) for no key update;
  select * into h from cairn.hooks x where x.id = replay_hook.id for no key update;
  if h.id is null then
    raise exception 'there is no hook %', id using errcode = 'CN404', hint = 'hook_not_found';
  end if;
  perform cairn.begin_action('replay_hook', by, reason, h.task_id, null, jsonb_build_object('hook', id));
  update cairn.hooks x
  set state = 'pending', next_at = cairn.clock(), replayed_at = cairn.clock(), attempts_before = x.attempts
  where x.id = h.id
  returning x.* into h;
  perform pg_notify('cairn_hooks', '');
  perform cairn.end_action();
  return cairn.hook_json(h);
end
$$;

comment on function cairn.replay_hook is 'Delivers a hook again, with the same webhook id, whatever became of it.';

-- One hook, as GET /v1/hooks shows it.
create or replace function cairn.hook_json(h cairn.hooks) returns json
language sql stable
as $$
  select json_build_object(
    'id', h.id, 'task_id', h.task_id, 'webhook_id', h.webhook_id, 'url', h.url, 'task_state', h.task_state,
    'ended_at', h.ended_at, 'state', h.state, 'attempts', h.attempts, 'next_at', h.next_at,
    'last_status', h.last_status, 'last_error', h.last_error, 'delivered_at', h.delivered_at,
    'replayed_at', h.replayed_at);
$$;

create or replace function cairn.hooks_json(
  p_state text default null, p_task_id bigint default null, p_limit integer default 50, p_after bigint default null)
returns json
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select json_build_object(
    'hooks', coalesce(json_agg(cairn.hook_json(h::cairn.hooks) order by h.id desc), '[]'),
    'next', case when count(*) = p_limit then min(h.id) end)
  from (
    select x.* from cairn.hooks x
    where (p_state is null or x.state = p_state::cairn.hook_state) and (p_task_id is null or x.task_id = p_task_id)
      and (p_after is null or x.id < p_after)
    order by x.id desc limit p_limit) h;
$$;

comment on function cairn.hooks_json is 'A page of hooks, as GET /v1/hooks answers it.';
