-- The objects of the REST interface, as JSON with its members in reading order. The server passes the bytes on.

-- Not in SQL: it would be parsed and planned anew by each statement that asks, for it cannot be a part of that.
create or replace function cairn.task_fields(t cairn.tasks) returns json
language plpgsql stable
as $$
begin
  return json_build_object(
    'id', t.id, 'namespace', t.namespace, 'template_name', t.template_name, 'template_version', t.template_version,
    'state', t.state, 'cancelling', t.cancelling, 'priority', t.priority, 'steps_total', t.steps, 'steps_complete', t.steps_complete,
    'steps_failed', t.steps_failed, 'steps_skipped', t.steps_skipped, 'context', t.context, 'headers', t.headers, 'tags', t.tags,
    'correlation_id', t.correlation_id, 'parent_correlation_id', t.parent_correlation_id,
    'idempotency_key', t.idempotency_key, 'initiator', t.initiator, 'source_system', t.source_system,
    'reason', t.reason, 'callback_url', t.callback_url, 'run_at', t.run_at, 'created_at', t.created_at,
    'started_at', t.started_at, 'finished_at', t.finished_at);
end
$$;

-- A task's members, and after them its steps and how many of them are in which state.
create or replace function cairn.with_steps(p_fields json, p_counts json, p_steps json) returns json
language plpgsql immutable
as $$
begin
  return (left(p_fields::text, -1) || ', "step_counts" : ' || coalesce(p_counts, 'null') || ', "steps" : '
    || coalesce(p_steps, 'null') || '}')::json;
end
$$;

-- One task with its steps; null when there is none.
create or replace function cairn.task_json(p_task_id bigint) returns json
language plpgsql stable security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  t cairn.tasks;
  v_steps json;
  v_counts json;
begin
  select x.* into t from cairn.tasks x where x.id = p_task_id;
  if t.id is null then
    return null;
  end if;
  select json_agg(json_build_object(
      'name', s.name, 'step_no', s.step_no, 'kind', 'step', 'handler', s.handler, 'state', s.state,
      'attempt', s.attempt, 'max_attempts', s.max_attempts, 'depends_on', s.depends_on, 'worker',
      case when s.state not in ('pending', 'enqueued', 'waiting_for_retry') then s.worker_id end,
      'run_at', s.run_at, 'enqueued_at', s.enqueued_at, 'started_at', s.started_at, 'finished_at', s.finished_at,
      'result', s.result, 'error', s.error)
    order by s.step_no)
  into v_steps
  from cairn.steps s where s.task_id = p_task_id;
  select json_object_agg(c.state, c.n) into v_counts
  from (select s.state, count(*) as n from cairn.steps s where s.task_id = p_task_id group by s.state order by s.state) c;
  return cairn.with_steps(cairn.task_fields(t), v_counts, v_steps);
end
$$;

comment on function cairn.task_json is 'A task with its steps, as GET /v1/tasks/{id} answers it; null when there is none.';

-- What new tasks of one call have in common, of one template and either to start at once or not: the text of task_json
-- around the id, the priority, the context and the options. It is made of one of them, which has just been stored.
drop function if exists cairn.new_tasks_json(bigint[]);
create or replace function cairn.new_task_parts(p_task_id bigint, out opening text, out middle text, out closing text)
language plpgsql stable
as $$
begin
  select
    ',' || right(left(json_build_object(
      'namespace', m.namespace, 'template_name', m.name, 'template_version', m.version, 'state', t.state,
      'cancelling', false)::text, -1), -1) || ',"priority":',
    ',' || right(left(json_build_object(
      'steps_total', m.step_count, 'steps_complete', 0, 'steps_failed', 0, 'steps_skipped', 0)::text, -1), -1)
      || ',"context":',
    ',' || right(json_build_object(
      'created_at', t.created_at, 'started_at', null, 'finished_at', null, 'step_counts', c.counts, 'steps', s.steps)::text, -1)
  into opening, middle, closing
  from cairn.task_core t
  join cairn.templates m on m.id = t.template_id
  cross join lateral (
    select json_object_agg(x.state, x.n) as counts
    from (select y.state, count(*) as n from cairn.step_core y where y.task_id = t.id group by 1 order by 1) x) c
  cross join lateral (
    select json_agg(json_build_object(
        'name', n.name, 'step_no', x.step_no, 'kind', 'step', 'handler', n.handler, 'state', x.state,
        'attempt', x.attempt, 'max_attempts', x.max_attempts, 'depends_on', array(
          select d.name from cairn.template_steps d
          where d.template_id = t.template_id and d.step_no = any (n.depends_on) order by d.step_no),
        'worker', null, 'run_at', x.run_at, 'enqueued_at', x.enqueued_at, 'started_at', null, 'finished_at', null,
        'result', null, 'error', null)
      order by x.step_no) as steps
    from cairn.step_core x join cairn.template_steps n on n.template_id = t.template_id and n.step_no = x.step_no
    where x.task_id = t.id) s
  where t.id = p_task_id;
end
$$;

-- The members of task_json that a new task has from the options of its submit, between its context and its times.
create or replace function cairn.new_task_options(p_options jsonb) returns text
language plpgsql stable
as $$
begin
  if coalesce(p_options, '{}') = '{}' then
    -- What the other gives for no options, which most submits have.
    return ',"headers":{},"tags":[],"correlation_id":null,"parent_correlation_id":null,"idempotency_key":null,'
      '"initiator":null,"source_system":null,"reason":null,"callback_url":null,"run_at":null';
  end if;
  return ',' || right(left(json_build_object(
    'headers', coalesce(nullif(p_options -> 'headers', 'null'), '{}'),
    'tags', case when jsonb_typeof(p_options -> 'tags') = 'array' then p_options -> 'tags' else '[]' end,
    'correlation_id', p_options -> 'correlation_id', 'parent_correlation_id', p_options -> 'parent_correlation_id',
    'idempotency_key', coalesce(p_options ->> 'idempotency_key', p_options ->> 'dedup_key'),
    'initiator', p_options -> 'initiator', 'source_system', p_options -> 'source_system',
    'reason', p_options -> 'reason', 'callback_url', p_options -> 'callback_url',
    'run_at', (p_options ->> 'run_at')::timestamptz)::text, -1), -1);
end
$$;

-- A page of tasks, the newest first. `p_after` is the `next` of the page before.
create or replace function cairn.tasks_json(
  p_namespace text default null, p_template_name text default null, p_state text default null,
  p_correlation_id text default null, p_tag text default null, p_created_after timestamptz default null,
  p_created_before timestamptz default null, p_limit integer default 50, p_after bigint default null)
returns json
language plpgsql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  v_tasks json[] := '{}';
  v_size integer := 0;
  v_is_full boolean := false;
  t cairn.tasks;
begin
  for t in
    select x.* from cairn.tasks x
    where (p_namespace is null or x.namespace = p_namespace)
      and (p_template_name is null or x.template_name = p_template_name)
      and (p_state is null or x.state = p_state::cairn.task_state)
      and (p_correlation_id is null or x.correlation_id = p_correlation_id)
      and (p_tag is null or x.tags @> array[p_tag])
      and (p_created_after is null or x.created_at > p_created_after)
      and (p_created_before is null or x.created_at < p_created_before)
      and (p_after is null or x.id < p_after)
    order by x.id desc
    limit p_limit
  loop
    v_tasks := v_tasks || cairn.task_fields(t);
    -- Contexts have up to 1 MiB: a page of great ones ends early, and `next` leads on.
    v_size := v_size + octet_length(t.context::text);
    v_is_full := cardinality(v_tasks) = p_limit or v_size > 8388608;
    exit when v_is_full;
  end loop;
  return json_build_object('tasks', array_to_json(v_tasks), 'next', case when v_is_full then t.id end);
end
$$;

comment on function cairn.tasks_json is 'A page of tasks, as GET /v1/tasks answers it.';

-- Both histories of a task, in order; null when there is no such task.
create or replace function cairn.task_history_json(p_task_id bigint) returns json
language plpgsql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
begin
  if not exists (select from cairn.task_core where id = p_task_id) then
    return null;
  end if;
  return json_build_object(
    'task', (
      select json_agg(json_build_object(
        'id', h.id, 'at', h.at, 'event', h.event, 'from_state', h.from_state, 'to_state', h.to_state, 'path', h.path,
        'actor', h.actor, 'reason', h.reason) order by h.id)
      from cairn.task_history h where h.task_id = p_task_id),
    'steps', (
      select json_agg(json_build_object(
        'id', h.id, 'step', s.name, 'step_no', h.step_no, 'at', h.at, 'event', h.event, 'from_state', h.from_state,
        'to_state', h.to_state, 'path', h.path, 'attempt', h.attempt, 'worker', h.worker_id, 'actor', h.actor,
        'reason', h.reason) order by h.id)
      from cairn.step_history h
      join cairn.task_core t on t.id = h.task_id
      join cairn.template_steps s on s.template_id = t.template_id and s.step_no = h.step_no
      where h.task_id = p_task_id));
end
$$;

comment on function cairn.task_history_json is 'A task''s history, as GET /v1/tasks/{id}/history answers it.';

-- The results of a task's finished steps by name; null when there is no such task.
create or replace function cairn.task_results_json(p_task_id bigint) returns json
language plpgsql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
begin
  if not exists (select from cairn.task_core where id = p_task_id) then
    return null;
  end if;
  return coalesce((
    select json_object_agg(s.name, s.result order by s.step_no) from cairn.steps s
    where s.task_id = p_task_id and s.state = 'complete'), '{}');
end
$$;

comment on function cairn.task_results_json is 'The results of a task''s steps, as GET /v1/tasks/{id}/results answers them.';

-- The nodes of a task's or a template's graph, for drawing.
create or replace function cairn.task_graph_json(p_task_id bigint) returns json
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select json_agg(json_build_object('name', s.name, 'depends_on', s.depends_on, 'state', s.state) order by s.step_no)
  from cairn.steps s where s.task_id = p_task_id;
$$;

comment on function cairn.task_graph_json is 'A task''s graph with the states of its steps, as GET /v1/tasks/{id}/graph answers it.';

create or replace function cairn.templates_json(p_namespace text default null) returns json
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select coalesce(json_agg(json_build_object(
      'namespace', t.namespace, 'name', t.name, 'version', t.version, 'description', t.description,
      'identity', t.identity, 'steps', t.step_count, 'digest', t.digest, 'registered_at', t.registered_at)
    order by t.namespace, t.name, t.version_rank desc, t.id desc), '[]')
  from cairn.templates t where p_namespace is null or t.namespace = p_namespace;
$$;

comment on function cairn.templates_json is 'The templates, as GET /v1/templates answers them.';

-- One template: the named version or the highest. The definition is as it was registered; `steps` is what was compiled.
create or replace function cairn.template_json(p_namespace text, p_name text, p_version text default null) returns json
language plpgsql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  t cairn.templates := cairn.find_template(p_namespace, p_name, p_version);
begin
  if t.id is null then
    return null;
  end if;
  return json_build_object(
    'namespace', t.namespace, 'name', t.name, 'version', t.version, 'description', t.description,
    'identity', t.identity, 'digest', t.digest, 'registered_at', t.registered_at,
    'versions', (
      select json_agg(v.version order by v.version_rank desc, v.id desc) from cairn.templates v
      where v.namespace = t.namespace and v.name = t.name),
    'steps', (
      select json_agg(json_build_object(
        'step_no', s.step_no, 'name', s.name, 'description', s.description, 'handler', s.handler,
        'depends_on', array(
          select d.name from cairn.template_steps d
          where d.template_id = t.id and d.step_no = any (s.depends_on) order by d.step_no),
        'timeout_ms', s.timeout_ms, 'max_attempts', s.max_attempts, 'backoff', s.backoff,
        'backoff_base_ms', s.backoff_base_ms, 'backoff_max_ms', s.backoff_max_ms, 'jitter', s.jitter)
        order by s.step_no)
      from cairn.template_steps s where s.template_id = t.id),
    'definition', t.definition);
end
$$;

comment on function cairn.template_json is 'A template, as GET /v1/templates/{namespace}/{name} answers it; null when there is none.';

-- Workers, the newest incarnation first; ended ones only on request.
create or replace function cairn.workers_json(p_all boolean default false) returns json
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select coalesce(json_agg(json_build_object(
      'id', w.id, 'name', w.name, 'state', w.state, 'host', w.host, 'pid', w.pid, 'version', w.version,
      'namespaces', w.namespaces, 'handlers', w.handlers, 'concurrency', w.concurrency,
      'running', (select count(*) from cairn.steps_of(w.id)),
      'poll_only', w.poll_only, 'registered_at', w.registered_at, 'heartbeat_at', w.heartbeat_at,
      'idle_since', w.idle_since, 'ended_at', w.ended_at, 'drained_by', w.drained_by, 'drain_reason', w.drain_reason)
    order by w.id desc), '[]')
  from (
    select * from cairn.workers where p_all or state in ('live', 'draining') order by id desc limit 1000) w;
$$;

comment on function cairn.workers_json is 'The workers, as GET /v1/workers answers them.';

create or replace function cairn.namespaces_json() returns json
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select coalesce(json_agg(json_build_object(
      'name', n.name, 'created_at', n.created_at,
      'templates', (select count(distinct t.name) from cairn.templates t where t.namespace_id = n.id),
      'live_workers', (
        select count(*) from cairn.workers w where w.state = 'live' and n.id = any (w.namespace_ids)),
      'paused_at', n.paused_at, 'paused_by', n.paused_by, 'paused_reason', n.paused_reason) order by n.name), '[]')
  from cairn.namespaces n;
$$;

comment on function cairn.namespaces_json is 'The namespaces, as GET /v1/namespaces answers them.';

-- Handlers of a template that no live worker of its namespace has.
create or replace function cairn.unknown_handlers(p_compiled jsonb) returns text[]
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select array(
    select distinct s ->> 'handler' as handler from jsonb_array_elements(p_compiled -> 'steps') s
    where not exists (
      select from cairn.workers w
      where w.state = 'live' and p_compiled ->> 'namespace' = any (w.namespaces) and s ->> 'handler' = any (w.handlers))
    order by handler);
$$;

comment on function cairn.unknown_handlers is 'The handlers of a template that no live worker of its namespace has.';
