-- Intake. submit_tasks is the one way in: set-based, for the server's batches; submit_task is the same for one task,
-- inside the caller's own transaction.

-- The template a submit means: the named version, or the highest release, or the highest pre-release where there is none.
create or replace function cairn.find_template(p_namespace text, p_name text, p_version text)
returns cairn.templates
language plpgsql stable
as $$
declare
  t cairn.templates;
begin
  select x.* into t from cairn.templates x
  where x.namespace = p_namespace and x.name = p_name and (p_version is null or x.version = p_version)
  order by x.version_rank desc, x.id desc
  limit 1;
  return t;
end
$$;

-- Wakes idle workers of these namespaces, if there are any. NOTIFY takes a global lock until the commit is on disk, so
-- it is spent only on somebody who waits; a worker that goes idle in this very moment finds the steps when it polls.
create or replace function cairn.wake_workers(p_namespace_ids integer[]) returns void
language plpgsql
as $$
declare
  v_id integer;
begin
  for v_id in
    select distinct n.id
    from cairn.workers w, unnest(w.namespace_ids) n (id)
    where w.state = 'live' and w.idle_since is not null and n.id = any (p_namespace_ids)
  loop
    perform pg_notify('cairn_namespace_' || v_id, '');
  end loop;
end
$$;

-- One row a request, in order: the new task's id; or the id of the task it duplicates; or why it was refused (`code`,
-- `message`, `details`). Requests of one `p_groups` number stand or fall together: nothing of a group is stored when
-- one of it is refused (the others then say `group_refused`).
create or replace function cairn.submit_tasks(
  p_groups integer[], p_namespaces text[], p_templates text[], p_contexts jsonb[], p_options jsonb[])
returns table (ordinal integer, task_id bigint, existing boolean, code text, message text, details jsonb)
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz := cairn.clock();
  r record;
  v_count integer := coalesce(array_length(p_templates, 1), 0);
  v_template_ids bigint[];
  v_ids bigint[] := array_fill(null::bigint, array[v_count]);
  v_existing bigint[] := array_fill(null::bigint, array[v_count]);
  v_identities text[];
  v_codes text[];
  v_messages text[];
  v_details jsonb[];
  v_refused integer[];
  v_namespaces integer[];
begin
  -- Each request alone: its template, its context, its identity.
  select coalesce(array_agg(c.template_id order by i), '{}'), coalesce(array_agg(c.identity order by i), '{}'),
    coalesce(array_agg(c.code order by i), '{}'), coalesce(array_agg(c.message order by i), '{}'),
    coalesce(array_agg(c.details order by i), '{}')
  into v_template_ids, v_identities, v_codes, v_messages, v_details
  from generate_series(1, v_count) i
  cross join lateral cairn.check_submit(
    p_namespaces[i], p_templates[i], coalesce(p_contexts[i], '{}'), coalesce(p_options[i], '{}')) c;

  -- Duplicates of what is stored, and within this call (the first of a key makes the task).
  select coalesce(array_agg(d.task_id order by i), v_existing) into v_existing
  from generate_series(1, v_count) i
  left join cairn.task_details d on d.identity_key = v_identities[i];
  for r in
    select i, p_options[i] ->> 'on_duplicate' as on_duplicate from generate_series(1, v_count) i
    where v_existing[i] is not null and v_codes[i] is null
  loop
    if r.on_duplicate is distinct from 'return' then
      v_codes[r.i] := 'duplicate_task';
      v_messages[r.i] := 'a task with this identity exists: ' || v_existing[r.i];
      v_details[r.i] := jsonb_build_object('existing_task_id', v_existing[r.i]);
    end if;
  end loop;

  v_refused := array(select distinct p_groups[i] from generate_series(1, v_count) i where v_codes[i] is not null);

  -- The payloads first: the unique index over identities decides between concurrent submits of one key.
  for r in
    select i, row_number() over (partition by coalesce(v_identities[i], i::text) order by i) as nth
    from generate_series(1, v_count) i
    where v_codes[i] is null and v_existing[i] is null and not p_groups[i] = any (v_refused)
    order by i
  loop
    if r.nth = 1 then
      v_ids[r.i] := nextval('cairn.task_ids');
    end if;
  end loop;

  insert into cairn.task_details
    (task_id, context, headers, tags, correlation_id, parent_correlation_id, initiator, source_system, reason,
     idempotency_key, identity_key)
  select v_ids[i], coalesce(p_contexts[i], '{}'), coalesce(nullif(o -> 'headers', 'null'), '{}'),
    case when jsonb_typeof(o -> 'tags') = 'array' then array(select jsonb_array_elements_text(o -> 'tags')) else '{}' end,
    o ->> 'correlation_id', o ->> 'parent_correlation_id', o ->> 'initiator', o ->> 'source_system', o ->> 'reason',
    o ->> 'idempotency_key', v_identities[i]
  from generate_series(1, v_count) i, coalesce(p_options[i], '{}') o
  where v_ids[i] is not null
  -- In the order of the keys, so that two calls that share keys cannot wait for each other.
  order by v_identities[i], v_ids[i]
  on conflict (identity_key) where identity_key is not null do nothing;

  -- What somebody else stored meanwhile, or an earlier request of this call: now it is a duplicate like any other.
  for r in
    select i, d.task_id as winner, p_options[i] ->> 'on_duplicate' as on_duplicate
    from generate_series(1, v_count) i
    join cairn.task_details d on d.identity_key = v_identities[i]
    where v_codes[i] is null and v_existing[i] is null and d.task_id is distinct from v_ids[i]
      and not p_groups[i] = any (v_refused)
  loop
    v_ids[r.i] := null;
    v_existing[r.i] := r.winner;
    if r.on_duplicate is distinct from 'return' then
      v_codes[r.i] := 'duplicate_task';
      v_messages[r.i] := 'a task with this identity exists: ' || r.winner;
      v_details[r.i] := jsonb_build_object('existing_task_id', r.winner);
      v_refused := v_refused || p_groups[r.i];
    end if;
  end loop;

  -- A group refused only now takes its stored payloads with it, and leaves whoever meant to return them without.
  if exists (select from generate_series(1, v_count) i where v_ids[i] is not null and p_groups[i] = any (v_refused)) then
    delete from cairn.task_details d
    using generate_series(1, v_count) i
    where d.task_id = v_ids[i] and p_groups[i] = any (v_refused);
  end if;
  for i in 1 .. v_count loop
    if p_groups[i] = any (v_refused) then
      v_ids[i] := null;
      if v_codes[i] is null then
        v_existing[i] := null;
        v_codes[i] := 'group_refused';
        v_messages[i] := 'another request of the same batch was refused';
      end if;
    end if;
  end loop;

  -- The steps and the tasks. Tasks that may start now start in the same breath.
  insert into cairn.task_core
    (id, namespace_id, template_id, state, event, priority, open_steps, active_steps, created_at, run_at)
  select v_ids[i], tt.namespace_id, tt.id,
    (case when due then 'steps_in_process' else 'pending' end)::cairn.task_state,
    (case when due then 'start' else 'submit' end)::cairn.task_event,
    coalesce((p_options[i] ->> 'priority')::smallint, 0), tt.step_count, case when due then tt.root_count else 0 end,
    v_now, at_time
  from generate_series(1, v_count) i
  join cairn.templates tt on tt.id = v_template_ids[i],
  lateral (select (p_options[i] ->> 'run_at')::timestamptz as at_time) x,
  lateral (select coalesce(at_time <= v_now, true) as due) y
  where v_ids[i] is not null;

  insert into cairn.step_core
    (task_id, step_no, namespace_id, handler_id, state, event, waiting, rank, max_attempts, timeout_ms, enqueued_at,
     dependents)
  select v_ids[i], ts.step_no, tt.namespace_id, ts.handler_id,
    (case when ready then 'enqueued' else 'pending' end)::cairn.step_state,
    (case when ready then 'enqueue' else 'create' end)::cairn.step_event,
    cardinality(ts.depends_on), -coalesce((p_options[i] ->> 'priority')::smallint, 0), ts.max_attempts, ts.timeout_ms,
    case when ready then v_now end, ts.dependents
  from generate_series(1, v_count) i
  join cairn.templates tt on tt.id = v_template_ids[i]
  join cairn.template_steps ts on ts.template_id = tt.id,
  lateral (
    select ts.depends_on = '{}' and coalesce((p_options[i] ->> 'run_at')::timestamptz <= v_now, true) as ready) x
  where v_ids[i] is not null;

  v_namespaces := array(
    select distinct tt.namespace_id from generate_series(1, v_count) i
    join cairn.templates tt on tt.id = v_template_ids[i] where v_ids[i] is not null);
  if v_namespaces <> '{}' then
    perform cairn.wake_workers(v_namespaces);
  end if;

  return query
  select i, coalesce(v_ids[i], case when v_codes[i] is null then v_existing[i] end),
    v_codes[i] is null and v_ids[i] is null, v_codes[i], v_messages[i], v_details[i]
  from generate_series(1, v_count) i
  order by i;
end
$$;

comment on function cairn.submit_tasks is
  'Makes tasks, set-based: one row a request, with its id or why it was refused.';

-- Submits one task and returns its id; with on_duplicate "return", the id of the task it duplicates. Errors are
-- raised: CN400 bad input, CN404 no such template, CN409 duplicate (the detail names existing_task_id).
create or replace function cairn.submit_task(
  namespace text, template_name text, context jsonb default '{}', options jsonb default '{}')
returns bigint
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  r record;
begin
  select * into r
  from cairn.submit_tasks(array[1], array[namespace], array[template_name], array[context], array[options]);
  if r.code is not null then
    raise exception '%', r.message
      using errcode = case r.code when 'template_not_found' then 'CN404' when 'duplicate_task' then 'CN409' else 'CN400' end,
        detail = coalesce(r.details::text, ''), hint = r.code;
  end if;
  return r.task_id;
end
$$;

comment on function cairn.submit_task is
  'Makes a task, inside the caller''s own transaction, and returns its id. Options: version, priority, '
  'idempotency_key, on_duplicate, correlation_id, parent_correlation_id, tags, headers, initiator, '
  'source_system, reason, run_at.';
