-- What the handlers of claimed steps get: their inputs, or why one cannot be made.

-- The claimed steps one by one, when not all of them can be read: a path that raises an error in spite of everything, a
-- document beyond 256 MB. Such a step comes back as `unreadable`, with the reason as its input, and the worker reports
-- that.
create or replace function cairn.readable_steps(p_claims cairn.claims)
returns table (
  kind text, task_id bigint, step_no integer, attempt smallint, namespace_id integer, rank smallint,
  template_id bigint, input jsonb, context jsonb, results jsonb, headers jsonb, correlation_id text, errors jsonb,
  max_attempts smallint)
language plpgsql stable
as $$
#variable_conflict use_column
begin
  for i in 1 .. cardinality(p_claims.tasks) loop
    begin
      return query select * from cairn.claimed_steps(row(
        p_claims.tasks[i:i], p_claims.steps[i:i], p_claims.attempts[i:i], p_claims.ranks[i:i],
        p_claims.max_attempts[i:i])::cairn.claims);
    exception when others then
      return query
      select 'unreadable', t.id, p_claims.steps[i], p_claims.attempts[i], t.namespace_id, p_claims.ranks[i],
        t.template_id, to_jsonb(sqlerrm), null::jsonb, '{}'::jsonb, '{}'::jsonb, null::text, '{}'::jsonb, null::smallint
      from cairn.task_core t where t.id = p_claims.tasks[i];
    end;
  end loop;
end
$$;

-- What the handlers of claimed steps need. Not in SQL: it would become part of the statement that asks, which had then given
-- rows before one of them raises an error. A step with an `input` mapping gets that input; any other gets the context
-- and the results of its dependencies. A dependency counts by its last attempt: its result, or the error that the
-- template says is to be dealt with (`on_failure: continue`).
create or replace function cairn.claimed_steps(p_claims cairn.claims)
returns table (
  kind text, task_id bigint, step_no integer, attempt smallint, namespace_id integer, rank smallint,
  template_id bigint, input jsonb, context jsonb, results jsonb, headers jsonb, correlation_id text, errors jsonb,
  max_attempts smallint)
language plpgsql stable
as $$
#variable_conflict use_column
begin
  return query
  select 'claimed', c.task_id, c.step_no, c.attempt, t.namespace_id, c.rank, t.template_id,
    case
      when m.is_found then ts.input_literal || m.input
      when ts.input_paths is not null then
        cairn.map_input(ts.input_literal, ts.input_paths, cairn.input_document(
          t.template_id, c.task_id, c.step_no, c.attempt, ts.name, d, r.results, r.errors))
    end,
    case when ts.input_paths is null then d.context end,
    coalesce(r.results, '{}'), d.headers, d.correlation_id, coalesce(r.errors, '{}'), c.max_attempts
  from unnest(p_claims.tasks, p_claims.steps, p_claims.attempts, p_claims.ranks, p_claims.max_attempts)
    with ordinality c (task_id, step_no, attempt, rank, max_attempts, position)
  join cairn.task_core t on t.id = c.task_id
  join cairn.task_details d on d.task_id = c.task_id
  -- The offset has it looked up by both: by the template alone and then filtered, each claimed step would read all of
  -- it.
  cross join lateral (
    select x.* from cairn.template_steps x where x.template_id = t.template_id and x.step_no = c.step_no offset 0) ts
  left join lateral (
    select jsonb_object_agg(n.name, a.result) filter (where a.error is null) as results,
      jsonb_object_agg(n.name, a.error) filter (where a.error is not null) as errors
    from unnest(ts.results_needed, ts.results_names) n (step_no, name),
    lateral (
      select x.result, x.error from cairn.step_attempts x
      where x.task_id = c.task_id and x.step_no = n.step_no
      order by x.attempt desc limit 1) a
  ) r on ts.results_needed <> '{}'
  -- A plain mapping. What an object has no member for is null; but what is not found otherwise may be what a path finds in
  -- an array, so that is left to the path.
  left join lateral (
    select jsonb_object_agg(v.key, v.value) as input, bool_and(v.value is not null) as is_found
    from (
      select p.key, coalesce(
          p.source #> p.members,
          case jsonb_typeof(p.source #> p.members[:cardinality(p.members) - 1]) when 'object' then 'null'::jsonb end) as value
      from (
        select x.key, case when x.step is null then d.context else r.results -> x.step end as source,
          string_to_array(x.members, '.') as members
        from unnest(ts.plain_keys, ts.plain_steps, ts.plain_members) x (key, step, members)
        offset 0) p
      offset 0) v
  ) m on ts.plain_keys is not null
  order by c.position;
end
$$;

-- The same for one step that needs the result of at most one other, and whose mapping is plain, if it has one: what an idle
-- system does all the time. p_settled is the step of the same task that the call has settled, and p_result its result,
-- which then need not be looked up. Nothing is found (`is_found`) of any other, nor where there is an error to deal with or a value
-- that only a path may find: that is for claimed_steps.
drop function if exists cairn.claimed_step(cairn.claims);
create or replace function cairn.claimed_step(
  p_claims cairn.claims, p_settled integer, p_result jsonb,
  out is_found boolean, out namespace_id integer, out template_id bigint, out input jsonb, out context jsonb,
  out results jsonb, out headers jsonb, out correlation_id text)
language plpgsql stable
as $$
#variable_conflict use_variable
declare
  s record;
  a record;
  v_result jsonb := coalesce(p_result, 'null');
  v_source jsonb;
  v_members text[];
  v_value jsonb;
begin
  is_found := false;
  select t.namespace_id, t.template_id, d.context, d.headers, d.correlation_id, ts.input_literal, ts.plain_keys,
    ts.plain_steps, ts.plain_members, ts.results_needed, ts.results_names
  into s
  from cairn.task_core t
  join cairn.task_details d on d.task_id = t.id
  cross join lateral (
    select x.* from cairn.template_steps x
    where x.template_id = t.template_id and x.step_no = p_claims.steps[1] offset 0) ts
  where t.id = p_claims.tasks[1] and cardinality(ts.results_needed) <= 1
    and (ts.input_paths is null or ts.plain_keys is not null);
  if not found then
    return;
  end if;
  results := '{}';
  if s.results_needed <> '{}' then
    if s.results_needed[1] is distinct from p_settled then
      select x.result, x.error into a
      from cairn.step_attempts x
      where x.task_id = p_claims.tasks[1] and x.step_no = s.results_needed[1]
      order by x.attempt desc limit 1;
      if not found or a.error is not null then
        return;
      end if;
      v_result := a.result;
    end if;
    results := jsonb_build_object(s.results_names[1], v_result);
  end if;
  if s.plain_keys is null then
    context := s.context;
  else
    input := s.input_literal;
    for i in 1 .. cardinality(s.plain_keys) loop
      v_source := case when s.plain_steps[i] is null then s.context else results -> s.plain_steps[i] end;
      v_members := string_to_array(s.plain_members[i], '.');
      v_value := v_source #> v_members;
      if v_value is null then
        if jsonb_typeof(v_source #> v_members[:cardinality(v_members) - 1]) is distinct from 'object' then
          return;
        end if;
        v_value := 'null';
      end if;
      input := jsonb_set(input, s.plain_keys[i:i], v_value);
    end loop;
  end if;
  namespace_id := s.namespace_id;
  template_id := s.template_id;
  headers := s.headers;
  correlation_id := s.correlation_id;
  is_found := true;
end
$$;

-- What the paths of a mapping look into.
create or replace function cairn.input_document(
  p_template bigint, p_task bigint, p_step integer, p_attempt smallint, p_name text, d cairn.task_details,
  p_results jsonb, p_errors jsonb)
returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object(
      'context', d.context, 'results', coalesce(p_results, '{}'), 'errors', coalesce(p_errors, '{}'),
      'task', jsonb_build_object('id', p_task, 'namespace', tt.namespace, 'template_name', tt.name,
        'template_version', tt.version, 'correlation_id', d.correlation_id, 'headers', d.headers),
      'step', jsonb_build_object('name', p_name, 'step_no', p_step, 'attempt', p_attempt))
    from cairn.templates tt where tt.id = p_template);
end
$$;

-- The mapped input: the literal with the values that its paths find put in place. A path that finds nothing, or does
-- not fit the document, gives null.
create or replace function cairn.map_input(p_literal jsonb, p_paths jsonb, p_document jsonb) returns jsonb
language plpgsql stable
as $$
declare
  v_path jsonb;
  v_value jsonb;
  v_at text[];
begin
  for v_path in select value from jsonb_array_elements(p_paths) loop
    v_value := coalesce(jsonb_path_query_first(p_document, (v_path ->> 'path')::jsonpath, '{}', true), 'null');
    v_at := array(select jsonb_array_elements_text(v_path -> 'at'));
    p_literal := case when v_at = '{}' then v_value else jsonb_set(p_literal, v_at, v_value, true) end;
  end loop;
  return p_literal;
end
$$;
