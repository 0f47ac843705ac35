-- One action over many tasks: first counted, then done in bounded batches, each task on its own. What one task refuses
-- does not keep the others from it.

-- What can be done to many tasks, and what it needs: the same whether the tasks are counted or acted on.
create or replace function cairn.check_bulk(p_action text, p_filter jsonb) returns void
language plpgsql
as $$
begin
  if p_action not in ('cancel', 'retry', 'resolve', 'reset_step', 'resolve_step', 'complete_step', 'rerun_step')
    or p_action is null
  then
    raise exception 'action must be cancel, retry, resolve, reset_step, resolve_step, complete_step or rerun_step, not %',
        coalesce(cairn.shown(p_action), 'null')
      using errcode = 'CN400', hint = 'invalid_action', detail = '{"pointer": "/action"}';
  elsif p_action like '%\_step' and p_filter ->> 'step' is null then
    raise exception '% needs the name of a step in the filter', p_action
      using errcode = 'CN400', hint = 'invalid_filter', detail = '{"pointer": "/filter/step"}';
  end if;
end
$$;

-- The tasks that a filter means, from an id on: namespace, template_name, template_version, state, tag, correlation_id, created_after,
-- created_before, and step (its name) with step_state.
create or replace function cairn.filtered_tasks(
  p_filter jsonb, p_after bigint, p_limit integer, p_last bigint default 9223372036854775807)
returns table (task_id bigint, state cairn.task_state)
language plpgsql stable
as $$
declare
  v_bad text;
begin
  -- A filter that says nothing would mean everything: a variable that is not set must not cancel all tasks.
  if p_filter is null or jsonb_typeof(p_filter) <> 'object' or p_filter = '{}' then
    raise exception 'the filter must be an object with at least one member'
      using errcode = 'CN400', hint = 'invalid_filter', detail = '{"pointer": "/filter"}';
  end if;
  select string_agg(e.key, ', ') into v_bad from jsonb_each(p_filter) e
  where jsonb_typeof(e.value) <> 'string' or e.value = '""';
  if v_bad is not null then
    raise exception 'what the filter says of % must be a string that is not empty', cairn.shown(v_bad)
      using errcode = 'CN400', hint = 'invalid_filter', detail = '{"pointer": "/filter"}';
  elsif p_filter ? 'step_state' and not p_filter ? 'step' then
    raise exception 'step_state in the filter needs the name of a step'
      using errcode = 'CN400', hint = 'invalid_filter', detail = '{"pointer": "/filter/step"}';
  elsif p_filter ? 'template_version' and not p_filter ? 'template_name' then
    raise exception 'template_version in the filter needs the name of a template'
      using errcode = 'CN400', hint = 'invalid_filter', detail = '{"pointer": "/filter/template_name"}';
  end if;
  select e.key into v_bad from jsonb_each(p_filter) e
  where e.key in ('created_after', 'created_before') and not cairn.is_timestamp(e.value) limit 1;
  if v_bad is not null then
    raise exception '% in the filter must be an RFC 3339 time such as "2030-01-31T08:00:00Z", in the years 0001 to '
        '9999 of UTC', v_bad
      using errcode = 'CN400', hint = 'invalid_filter', detail = jsonb_build_object('pointer', '/filter/' || v_bad);
  end if;
  select string_agg(k, ', ') into v_bad from jsonb_object_keys(p_filter) k
  where k not in ('namespace', 'template_name', 'template_version', 'state', 'tag', 'correlation_id', 'created_after',
    'created_before', 'step', 'step_state');
  if v_bad is not null then
    raise exception 'the filter has no member %; it may have namespace, template_name, template_version, state, tag, '
        'correlation_id, created_after, created_before, step, step_state', cairn.shown(v_bad)
      using errcode = 'CN400', hint = 'invalid_filter', detail = '{"pointer": "/filter"}';
  end if;
  return query
  select t.id, t.state
  from cairn.task_core t
  join cairn.templates tt on tt.id = t.template_id
  where t.id > p_after and t.id <= p_last
    and (p_filter ->> 'namespace' is null or tt.namespace = p_filter ->> 'namespace')
    and (p_filter ->> 'template_name' is null or tt.name = p_filter ->> 'template_name')
    and (p_filter ->> 'template_version' is null or tt.version = p_filter ->> 'template_version')
    and (p_filter ->> 'state' is null or t.state = (p_filter ->> 'state')::cairn.task_state)
    and (p_filter ->> 'created_after' is null or t.created_at > (p_filter ->> 'created_after')::timestamptz)
    and (p_filter ->> 'created_before' is null or t.created_at < (p_filter ->> 'created_before')::timestamptz)
    and ((p_filter ->> 'tag' is null and p_filter ->> 'correlation_id' is null) or exists (
      select from cairn.task_details d
      where d.task_id = t.id and (p_filter ->> 'tag' is null or d.tags @> array[p_filter ->> 'tag'])
        and (p_filter ->> 'correlation_id' is null or d.correlation_id = p_filter ->> 'correlation_id')))
    and (p_filter ->> 'step' is null or exists (
      select from cairn.step_core s
      join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
      where s.task_id = t.id and ts.name = p_filter ->> 'step'
        and (p_filter ->> 'step_state' is null or s.state = (p_filter ->> 'step_state')::cairn.step_state)))
  order by t.id
  limit p_limit;
exception when invalid_text_representation then
  raise exception 'the filter cannot be read: %', cairn.shown(sqlerrm)
    using errcode = 'CN400', hint = 'invalid_filter', detail = '{"pointer": "/filter"}';
end
$$;

-- How many tasks an action would be tried on, by their state. Changes nothing. What the action would refuse of the
-- filter is refused here, too.
create or replace function cairn.count_bulk(filter jsonb, action text default 'cancel') returns jsonb
language plpgsql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
begin
  perform cairn.check_bulk(action, filter);
  return (
    select jsonb_build_object('matched', coalesce(sum(c.n), 0), 'by_state', coalesce(jsonb_object_agg(c.state, c.n), '{}'))
    from (select x.state, count(*) as n from cairn.filtered_tasks(filter, 0, null) x group by x.state) c);
end
$$;

comment on function cairn.count_bulk is 'Counts the tasks that a filter means, by state: the dry run of a bulk action.';

-- Does an action to the next tasks of a filter, at most p_limit of them, and says what became of it; `next` is null
-- when there are no more. Actions: cancel, retry, resolve; reset_step, resolve_step, complete_step, rerun_step of the
-- filter's step. A task in whose state the action is not legal is counted as refused, and so is one that somebody else has
-- locked for long.
create or replace function cairn.bulk_action(
  action text, filter jsonb, by text, reason text, options jsonb default '{}', p_after bigint default 0,
  p_limit integer default 200)
returns jsonb
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  v_done integer := 0;
  v_refused jsonb := '[]';
  v_code text;
  v_message text;
  v_step text := filter ->> 'step';
  v_tasks bigint[];
  v_free bigint[];
  r record;
begin
  perform cairn.check_who_and_why(by, reason);
  perform cairn.check_bulk(action, filter);
  select string_agg(o.key, ', ') into v_code from jsonb_each(coalesce(options, '{}')) o
  where not (o.key = 'result' and action = 'complete_step')
    and not (o.key = 'downstream' and action = 'rerun_step' and jsonb_typeof(o.value) = 'boolean');
  if v_code is not null then
    raise exception '% does not take the options %', action, cairn.shown(v_code)
      using errcode = 'CN400', hint = 'invalid_option', detail = '{"pointer": "/options"}';
  elsif p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'a bulk action takes from 1 to 1000 tasks at once'
      using errcode = 'CN400', hint = 'invalid_option', detail = '{"pointer": "/limit"}';
  end if;
  perform cairn.begin_action('bulk_action', by, reason, null, null,
    jsonb_build_object('action', action, 'filter', filter, 'after', p_after));
  perform cairn.end_action();
  v_tasks := array(select f.task_id from cairn.filtered_tasks(filter, p_after, p_limit) f);
  -- Locked first, all of them: what the filter means no longer by then is not meant. And the keys that a repair may
  -- take back, before any is taken. A task that somebody keeps locked for long keeps no other from being done.
  begin
    perform cairn.lock_tasks(v_tasks);
    v_free := v_tasks;
  exception when lock_not_available then
    v_free := cairn.without(v_tasks, cairn.lock_free_tasks(v_tasks));
  end;
  perform cairn.lock_keys(v_free);
  for r in
    select d.task_id from cairn.task_details d where d.task_id = any (v_tasks)
    order by coalesce(d.identity_key, d.passed_key), d.task_id
  loop
    continue when not exists (select from cairn.filtered_tasks(filter, r.task_id - 1, 1, r.task_id));
    begin
      if r.task_id <> all (v_free) then
        raise lock_not_available;
      end if;
      case action
        when 'cancel' then perform cairn.cancel_task(r.task_id, by, reason);
        when 'retry' then perform cairn.retry_task(r.task_id, by, reason);
        when 'resolve' then perform cairn.resolve_task(r.task_id, by, reason);
        when 'reset_step' then perform cairn.reset_step(r.task_id, v_step, by, reason);
        when 'resolve_step' then perform cairn.resolve_step(r.task_id, v_step, by, reason);
        when 'complete_step' then
          perform cairn.complete_step(r.task_id, v_step, options -> 'result', by, reason);
        else
          perform cairn.rerun_step(
            r.task_id, v_step, by, reason, coalesce((options ->> 'downstream')::boolean, false));
      end case;
      v_done := v_done + 1;
    exception when sqlstate 'CN404' or sqlstate 'CN409' then
      get stacked diagnostics v_code = pg_exception_hint, v_message = message_text;
      v_refused := v_refused || jsonb_build_object('task_id', r.task_id, 'code', v_code, 'message', v_message);
    when lock_not_available then
      v_refused := v_refused || jsonb_build_object('task_id', r.task_id, 'code', 'database_busy', 'message',
        format('task %s, or a step of it, is locked by another session of the database', r.task_id));
      -- All the others are locked meanwhile: so the next one is hardly waited for.
      perform set_config('lock_timeout', '10ms', true);
    end;
  end loop;
  return jsonb_build_object(
    'done', v_done, 'refused', v_refused,
    'next', case when cardinality(v_tasks) = p_limit then v_tasks[p_limit] end);
end
$$;

comment on function cairn.bulk_action is
  'Does one action to the next tasks of a filter, in one transaction, and says what became of each.';
