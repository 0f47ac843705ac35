-- Intake. submit_tasks is the one way in: set-based, for the server's batches; submit_task is the same for one task,
-- inside the caller's own transaction.

-- The template a submit means: the named version, or the highest release; where there is none, the pre-release
-- that was registered last.
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

-- Which requests make a task, and which mean one that exists: in the table, or by an earlier request of the call. New
-- tasks get their ids here; `outlived` are the tasks whose key they take over. A duplicate that did not ask to get the existing task is refused, and its group with it; so
-- groups are decided in order, and what a refused group would have made counts for nobody.
create or replace function cairn.resolve_duplicates(
  p_groups integer[], p_options jsonb[], p_identities text[], p_now timestamptz, inout codes text[], inout messages text[],
  inout details jsonb[], out ids bigint[], out existing bigint[],
  out outlived bigint[])
language plpgsql
as $$
declare
  v_count integer := coalesce(array_length(p_groups, 1), 0);
  v_makers jsonb := '{}';
  v_trial jsonb;
  v_codes text[];
  v_refused integer[];
  r record;
  i integer;
begin
  ids := array_fill(null::bigint, array[v_count]);
  outlived := ids;
  -- Where nobody has a key and nobody is refused, there is nothing to decide.
  if array_remove(p_identities, null) = '{}' and array_remove(codes, null) = '{}' then
    existing := ids;
    ids := array(select nextval('cairn.task_ids') from generate_series(1, v_count));
    return;
  end if;
  select coalesce(array_agg(d.task_id order by n), ids) into existing
  from generate_series(1, v_count) n
  -- The offset has each key looked up: for one request, too, a plan would rather read all keys there are.
  left join lateral (
    select o.task_id from cairn.task_details o where o.identity_key = p_identities[n] offset 0) d on true;
  for i in select n from generate_series(1, v_count) n where existing[n] is not null loop
    if not cairn.is_within_window(existing[i], p_options[i] ->> 'dedup_window', p_now) then
      outlived[i] := existing[i];
      existing[i] := null;
    end if;
  end loop;

  for i in select n from generate_series(1, v_count) n where existing[n] is not null and codes[n] is null loop
    if p_options[i] ->> 'on_duplicate' is distinct from 'return' then
      codes[i] := 'duplicate_task';
      messages[i] := 'a task with this identity exists: ' || existing[i];
      details[i] := jsonb_build_object('existing_task_id', existing[i]);
    end if;
  end loop;
  v_refused := array(select distinct p_groups[n] from generate_series(1, v_count) n where codes[n] is not null);

  -- Keys that more than one request of this call has.
  for r in
    select p_groups[n] as number, array_agg(n order by n) as members
    from generate_series(1, v_count) n
    where existing[n] is null and not p_groups[n] = any (v_refused) and p_identities[n] in (
      select p_identities[m] from generate_series(1, v_count) m group by 1 having count(*) > 1)
    group by p_groups[n]
    order by min(n)
  loop
    v_trial := v_makers;
    v_codes := codes;
    foreach i in array r.members loop
      if not v_trial ? p_identities[i] then
        v_trial := v_trial || jsonb_build_object(p_identities[i], nextval('cairn.task_ids'));
        ids[i] := (v_trial ->> p_identities[i])::bigint;
      elsif p_options[i] ->> 'on_duplicate' = 'return' then
        existing[i] := (v_trial ->> p_identities[i])::bigint;
      else
        codes[i] := 'duplicate_task';
        messages[i] := 'an earlier request of the same batch has this identity';
        details[i] := case when v_makers ? p_identities[i] then
          jsonb_build_object('existing_task_id', (v_makers ->> p_identities[i])::bigint) end;
      end if;
    end loop;
    if v_codes is distinct from codes then
      v_refused := v_refused || r.number;
    else
      v_makers := v_trial;
    end if;
  end loop;

  for i in 1 .. v_count loop
    if p_groups[i] = any (v_refused) then
      ids[i] := null;
      if codes[i] is null then
        existing[i] := null;
        codes[i] := 'group_refused';
        messages[i] := 'another request of the same batch was refused';
      end if;
    elsif ids[i] is null and existing[i] is null then
      ids[i] := nextval('cairn.task_ids');
    end if;
  end loop;
end
$$;

-- One row a request, in order: the new task's id; or the id of the task it duplicates; or why it was refused (`code`,
-- `message`, `details`). Requests of one `p_groups` number stand or fall together: nothing of a group is stored when
-- one of it is refused (the others then say `group_refused`). Where `p_shown` says so a new task comes along as
-- task_json has it.
drop function if exists cairn.submit_tasks(integer[], text[], text[], jsonb[], jsonb[]);
create or replace function cairn.submit_tasks(
  p_groups integer[], p_namespaces text[], p_templates text[], p_contexts jsonb[], p_options jsonb[],
  p_shown boolean[] default null)
returns table (
  ordinal integer, task_id bigint, existing boolean, code text, message text, details jsonb, task text)
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz := cairn.clock();
  v_count integer := coalesce(array_length(p_templates, 1), 0);
  v_made record;
  v_template_ids bigint[];
  v_ids bigint[];
  v_existing bigint[];
  v_outlived bigint[];
  v_taken bigint[];
  v_taken_keys text[];
  v_stored integer;
  v_identities text[];
  v_codes text[];
  v_messages text[];
  v_details jsonb[];
  v_namespaces integer[];
begin
  perform cairn.act_for_nobody();
  if (cardinality(p_groups), cardinality(p_namespaces), cardinality(p_contexts), cardinality(p_options))
      is distinct from (v_count, v_count, v_count, v_count) or array_position(p_groups, null) is not null
  then
    raise exception 'groups, namespaces, templates, contexts and options must be arrays of one length, without null groups'
      using errcode = 'CN400', hint = 'invalid_batch';
  end if;

  if v_count = 1 then
    v_made := cairn.submit_plain(
      p_namespaces[1], p_templates[1], coalesce(p_contexts[1], '{}'), coalesce(p_options[1], '{}'), p_shown[1], v_now);
    if v_made.task_id is not null then
      ordinal := 1;
      task_id := v_made.task_id;
      existing := false;
      task := v_made.task;
      return next;
      return;
    end if;
  end if;

  -- Each request alone: its template, its context, its identity.
  select coalesce(c.template_ids, '{}'), coalesce(c.identities, '{}'), coalesce(c.codes, '{}'),
    coalesce(c.messages, '{}'), coalesce(c.details, '{}')
  into v_template_ids, v_identities, v_codes, v_messages, v_details
  from cairn.check_submits(p_namespaces, p_templates, p_contexts, p_options) c;

  -- The payloads: the unique index over identities decides between concurrent submits of one key. Who lost to somebody
  -- else's commit begins again, and finds that task stored.
  loop
    select x.ids, x.existing, x.outlived, x.codes, x.messages, x.details
    into v_ids, v_existing, v_outlived, v_codes, v_messages, v_details
    from cairn.resolve_duplicates(p_groups, p_options, v_identities, v_now, v_codes, v_messages, v_details) x;

    -- Keys whose window is over go to the new tasks, in the order of the keys. Of two calls that do this at once, the
    -- second waits here and finds nothing to take.
    v_taken := null;
    v_outlived := array(select v_outlived[i] from generate_series(1, v_count) i
      where v_outlived[i] is not null and v_ids[i] is not null);
    if v_outlived <> '{}' then
      begin
        perform from cairn.task_details o
        where o.task_id = any (v_outlived) and o.identity_key = any (v_identities)
        order by o.identity_key for no key update;
      exception when lock_not_available then
        -- Said in words of its own, for a second waiter of a row is not told by PostgreSQL of which.
        raise exception 'a key is held by another transaction' using errcode = '55P03', hint = 'key_held';
      end;
      -- Again, under the locks and in a statement of its own: an operator may have led such a task on, and it keeps its
      -- key then.
      with taken as (
        update cairn.task_details d set identity_key = null, passed_key = x.identity_key
        from (
          select o.task_id, o.identity_key from cairn.task_details o
          where o.task_id = any (v_outlived) and o.identity_key = any (v_identities)
            and not cairn.is_within_window(
              o.task_id, p_options[array_position(v_identities, o.identity_key)] ->> 'dedup_window', v_now)) x
        where d.task_id = x.task_id
        returning x.task_id, x.identity_key
      )
      select array_agg(task_id), array_agg(identity_key) into v_taken, v_taken_keys from taken;
    end if;

    insert into cairn.task_details
      (task_id, context, headers, tags, correlation_id, parent_correlation_id, initiator, source_system, reason,
       idempotency_key, identity_key, callback_url)
    select v_ids[i], coalesce(p_contexts[i], '{}'), coalesce(nullif(o -> 'headers', 'null'), '{}'),
      case when jsonb_typeof(o -> 'tags') = 'array' then array(select jsonb_array_elements_text(o -> 'tags')) else '{}' end,
      o ->> 'correlation_id', o ->> 'parent_correlation_id', o ->> 'initiator', o ->> 'source_system', o ->> 'reason',
      coalesce(o ->> 'idempotency_key', o ->> 'dedup_key'), v_identities[i], o ->> 'callback_url'
    from generate_series(1, v_count) i, coalesce(p_options[i], '{}') o
    where v_ids[i] is not null
    -- In the order of the keys, so that two calls that share keys cannot wait for each other.
    order by v_identities[i], v_ids[i]
    on conflict (identity_key) where identity_key is not null do nothing;
    get diagnostics v_stored = row_count;
    exit when v_stored = v_count - coalesce(array_length(array_positions(v_ids, null), 1), 0);
    delete from cairn.task_details d where d.task_id = any (v_ids);
    update cairn.task_details d set identity_key = x.key, passed_key = null
    from unnest(v_taken, v_taken_keys) x (task_id, key) where d.task_id = x.task_id;
  end loop;

  -- The tasks and the steps, each with the first entry of its history. Tasks that may start now start in the same breath.
  with made as (
    insert into cairn.task_core
      (id, namespace_id, template_id, state, event, priority, open_steps, active_steps, delayed_steps, created_at,
       state_at, moved_at, run_at, has_hook, history_id)
    select v_ids[i], tt.namespace_id, tt.id,
      (case when not due then 'pending' when tt.root_count > tt.delayed_root_count then 'steps_in_process'
        else 'waiting_for_dependencies' end)::cairn.task_state,
      (case when not due then 'submit' when tt.root_count > tt.delayed_root_count then 'start'
        else 'no_dependencies_ready' end)::cairn.task_event,
      coalesce((p_options[i] ->> 'priority')::numeric::smallint, 0), tt.step_count,
      case when due then tt.root_count - tt.delayed_root_count else 0 end,
      case when due then tt.delayed_root_count else 0 end, v_now, v_now, v_now, at_time,
      p_options[i] ->> 'callback_url' is not null, nextval('cairn.history_ids')
    from generate_series(1, v_count) i
    join cairn.templates tt on tt.id = v_template_ids[i],
    lateral (select (p_options[i] ->> 'run_at')::timestamptz as at_time) x,
    lateral (select coalesce(at_time <= v_now, true) as due) y
    where v_ids[i] is not null
    returning id, state, event, history_id
  ),
  -- Not the statement itself: its table would be locked before that of the tasks (see stop_history).
  history as (
    insert into cairn.task_history (id, task_id, at, event, to_state, path)
    select m.history_id, m.id, v_now, m.event, m.state, cairn.task_path(null, m.state, m.event) from made m
  )
  select count(*) into v_stored from made;

  with made as (
    insert into cairn.step_core
      (task_id, step_no, namespace_id, handler_id, state, event, waiting, rank, max_attempts, timeout_ms, enqueued_at,
       delay_ms, run_at, dependents, history_id)
    select v_ids[i], ts.step_no, tt.namespace_id, ts.handler_id,
      (case when ready and ts.delay_ms is null then 'enqueued' else 'pending' end)::cairn.step_state,
      (case when ready and ts.delay_ms is null then 'enqueue' else 'create' end)::cairn.step_event,
      cardinality(ts.depends_on), -coalesce((p_options[i] ->> 'priority')::numeric::smallint, 0), ts.max_attempts,
      ts.timeout_ms, case when ready and ts.delay_ms is null then v_now end, ts.delay_ms,
      case when ready then v_now + make_interval(secs => ts.delay_ms / 1000.0) end, ts.dependents,
      nextval('cairn.history_ids')
    from generate_series(1, v_count) i
    -- The offsets have each looked up: where a template has thousands of steps, a plan would rather read all there are.
    cross join lateral (select x.* from cairn.templates x where x.id = v_template_ids[i] offset 0) tt
    cross join lateral (select x.* from cairn.template_steps x where x.template_id = tt.id offset 0) ts,
    lateral (
      select ts.depends_on = '{}' and coalesce((p_options[i] ->> 'run_at')::timestamptz <= v_now, true) as ready) x
    where v_ids[i] is not null
    returning task_id, step_no, state, event, attempt, history_id
  )
  insert into cairn.step_history (id, task_id, step_no, at, event, to_state, path, attempt)
  select m.history_id, m.task_id, m.step_no, v_now, m.event, m.state, cairn.step_path(null, m.state, m.event), m.attempt
  from made m;

  v_namespaces := array(
    select distinct tt.namespace_id from generate_series(1, v_count) i
    join cairn.templates tt on tt.id = v_template_ids[i] where v_ids[i] is not null);
  if v_namespaces <> '{}' then
    perform cairn.wake_workers(v_namespaces);
    -- A task that is due so late that they ask for it before need not wake them.
    if cairn.sweepers_are_idle() and exists (
      select from generate_series(1, v_count) i
      where v_ids[i] is not null and coalesce((p_options[i] ->> 'run_at')::timestamptz < v_now + interval '15 s', true))
    then
      perform pg_notify('cairn_sweep', '');
    end if;
  end if;

  if p_shown is null then
    return query
    select i, coalesce(v_ids[i], case when v_codes[i] is null then v_existing[i] end),
      v_codes[i] is null and v_ids[i] is null, v_codes[i], v_messages[i], v_details[i], null::text
    from generate_series(1, v_count) i
    order by i;
    return;
  end if;
  return query
  with made as materialized (
    select x.i, x.shown, v_template_ids[x.i] as template_id,
      -- Not of the refused: theirs may be no times.
      case when x.shown is not null then (p_options[x.i] ->> 'run_at')::timestamptz <= v_now is not false end as is_due
    from (select i, case when p_shown[i] then v_ids[i] end as shown from generate_series(1, v_count) i) x
  ), models as materialized (
    select d.template_id, d.is_due, p.opening, p.middle, p.closing
    from (select m.template_id, m.is_due, min(m.shown) as task_id from made m where m.shown is not null group by 1, 2) d
    cross join lateral (select x.* from cairn.new_task_parts(d.task_id) x offset 0) p
  )
  select m.i, coalesce(v_ids[m.i], case when v_codes[m.i] is null then v_existing[m.i] end),
    v_codes[m.i] is null and v_ids[m.i] is null, v_codes[m.i], v_messages[m.i], v_details[m.i],
    case when m.shown is not null then '{"id":' || m.shown || p.opening
      || coalesce((p_options[m.i] ->> 'priority')::numeric::smallint, 0) || p.middle
      || coalesce(p_contexts[m.i], '{}') || cairn.new_task_options(p_options[m.i]) || p.closing end
  from made m left join models p on p.template_id = m.template_id and p.is_due = m.is_due
  order by m.i;
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
  'idempotency_key, dedup_key, dedup_window, on_duplicate, correlation_id, parent_correlation_id, tags, headers, initiator, '
  'source_system, reason, run_at, callback_url.';
