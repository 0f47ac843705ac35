-- The submit of one plain task: what an idle system does, where whoever waits for the task waits for this. As with one
-- step that is settled (succeed_step), most of the time goes into beginning statements, so these are few and small.

-- Makes one task of the template's highest version; of the options it knows the key and the correlation id. Nothing is made,
-- and no id returned, where there is anything else to ask: no such template, an identity that is no key, a key that a task
-- has, a schema, a context that is none or is large. All that is for submit_tasks, which says what is wrong, too. `task` is
-- task_json of it, if it is to be shown.
drop function if exists cairn.submit_plain(text, text, jsonb, boolean, timestamptz);
create or replace function cairn.submit_plain(
  p_namespace text, p_template text, p_context jsonb, p_options jsonb, p_is_shown boolean, p_now timestamptz,
  out task_id bigint, out task text)
language plpgsql
as $$
#variable_conflict use_variable
declare
  t cairn.templates;
  p record;
  v_key text := p_options ->> 'idempotency_key';
  v_correlation_id text := p_options ->> 'correlation_id';
  v_ready integer;
  v_state cairn.task_state;
  v_event cairn.task_event;
  v_history_id bigint;
begin
  if p_options <> '{}' and (
      -- Another option, or one of these that is no text.
      p_options <> jsonb_strip_nulls(jsonb_build_object('idempotency_key', v_key, 'correlation_id', v_correlation_id))
      or least(length(v_key), length(v_correlation_id)) < 1 or greatest(length(v_key), length(v_correlation_id)) > 500)
  then
    return;
  end if;
  -- What is large is left to what has to make a text of it anyway. A number may be small here, and long as text.
  if pg_column_size(p_context) > 65536 or octet_length(p_context::text) > 65536
    or jsonb_typeof(p_context) is distinct from 'object'
  then
    return;
  end if;
  t := cairn.find_template(p_namespace, p_template, null);
  if t.id is null or v_key is null and t.identity <> 'always_unique' or not cairn.takes_any_object(t.input_schema) then
    return;
  end if;

  task_id := nextval('cairn.task_ids');
  insert into cairn.task_details (task_id, context, correlation_id, idempotency_key, identity_key)
  values (
    task_id, p_context, v_correlation_id, v_key,
    case when v_key is not null then
      cairn.task_identity(format('%s/%s', p_namespace, p_template), t.identity, p_context, p_options) end)
  on conflict (identity_key) where identity_key is not null do nothing;
  if not found then
    task_id := null;
    return;
  end if;
  v_ready := t.root_count - t.delayed_root_count;
  if v_ready > 0 then
    v_state := 'steps_in_process';
    v_event := 'start';
  else
    v_state := 'waiting_for_dependencies';
    v_event := 'no_dependencies_ready';
  end if;

  insert into cairn.task_core
    (id, namespace_id, template_id, state, event, open_steps, active_steps, delayed_steps, created_at, state_at, moved_at,
     history_id)
  values (
    task_id, t.namespace_id, t.id, v_state, v_event, t.step_count, v_ready, t.delayed_root_count, p_now, p_now,
    -- Not before the table is locked by this: see stop_history.
    p_now, nextval('cairn.history_ids'))
  returning history_id into v_history_id;
  insert into cairn.task_history (id, task_id, at, event, to_state, path)
  values (v_history_id, task_id, p_now, v_event, v_state, cairn.task_path(null, v_state, v_event));

  with made as (
    insert into cairn.step_core as s
      (task_id, step_no, namespace_id, handler_id, state, event, waiting, rank, max_attempts, timeout_ms, enqueued_at,
       delay_ms, run_at, dependents, history_id)
    select task_id, ts.step_no, t.namespace_id, ts.handler_id,
      (case when ts.depends_on = '{}' and ts.delay_ms is null then 'enqueued' else 'pending' end)::cairn.step_state,
      (case when ts.depends_on = '{}' and ts.delay_ms is null then 'enqueue' else 'create' end)::cairn.step_event,
      cardinality(ts.depends_on), 0, ts.max_attempts, ts.timeout_ms,
      case when ts.depends_on = '{}' and ts.delay_ms is null then p_now end, ts.delay_ms,
      case when ts.depends_on = '{}' then p_now + make_interval(secs => ts.delay_ms / 1000.0) end, ts.dependents,
      nextval('cairn.history_ids')
    from cairn.template_steps ts where ts.template_id = t.id
    returning s.step_no, s.state, s.event, s.history_id
  )
  insert into cairn.step_history (id, task_id, step_no, at, event, to_state, path, attempt)
  select m.history_id, task_id, m.step_no, p_now, m.event, m.state, cairn.step_path(null, m.state, m.event), 0
  from made m;

  if exists (
    select from cairn.workers w
    where w.state = 'live' and w.idle_since is not null and t.namespace_id = any (w.namespace_ids))
  then
    perform pg_notify('cairn_namespace_' || t.namespace_id, '');
  end if;
  if cairn.sweepers_are_idle() then
    perform pg_notify('cairn_sweep', '');
  end if;
  if p_is_shown then
    p := cairn.new_task_parts(task_id);
    task := '{"id":' || task_id || p.opening || 0 || p.middle || p_context || cairn.new_task_options(p_options)
      || p.closing;
  end if;
end
$$;
