-- Registration. Swift has decoded, checked and compiled the template (CairnModel); what only PostgreSQL can say, it says
-- here: whether the SQL/JSON paths are well-formed, and whether the version is taken.

-- Makes sure of the namespace and the handlers of a template, and lets one registration in the namespace on at a time, so
-- that two servers that start together agree. Whoever registers a new handler in a transaction that is left open is in the
-- way of everybody who has the same: for a few seconds, and then they are told.
create or replace function cairn.begin_registration(p_namespace text, p_handlers text[]) returns void
language plpgsql set lock_timeout = '3s'
as $$
begin
  insert into cairn.namespaces (name) values (p_namespace) on conflict do nothing;
  perform from cairn.namespaces n where n.name = p_namespace for no key update;
  insert into cairn.handlers (name) select distinct h from unnest(p_handlers) h order by h on conflict do nothing;
exception when lock_not_available then
  raise exception 'namespace %, or a handler of the template, is locked by another session', p_namespace
    using errcode = 'lock_not_available',
      hint = 'Look in pg_stat_activity for a registration that is idle in a transaction, and end it.';
end
$$;

-- Registers a compiled template. Registering the same content again changes nothing; other content under a version that
-- is taken is refused (CN409), because tasks keep the version they started with.
create or replace function cairn.register_template(p_definition jsonb, p_compiled jsonb)
returns table (template_id bigint, created boolean)
language plpgsql security definer set search_path = cairn, pg_temp set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_namespace text := p_compiled ->> 'namespace';
  -- By number, which begins with 1.
  v_names text[] := array(
    select x ->> 'name' from jsonb_array_elements(p_compiled -> 'steps') x order by (x ->> 'step_no')::integer);
  v_name text := p_compiled ->> 'name';
  v_version text := p_compiled ->> 'version';
  v_digest text := encode(sha256(convert_to((p_definition - '$schema')::text, 'UTF8')), 'hex');
  v_errors jsonb;
  v_known cairn.templates;
  v_id bigint;
begin
  select jsonb_agg(jsonb_build_object('step', e.step, 'pointer', e.pointer, 'path', e.path, 'message', e.message))
  into v_errors
  from cairn.path_errors(p_compiled) e;
  if v_errors is not null then
    raise exception 'template %/% %: PostgreSQL cannot read % (%): %', v_namespace, v_name, v_version,
        v_errors #>> '{0,path}', coalesce('step ' || (v_errors #>> '{0,step}'), 'input_schema'), v_errors #>> '{0,message}'
      using errcode = 'CN400', hint = 'invalid_path', detail = jsonb_build_object('errors', v_errors);
  end if;

  select * into v_known from cairn.templates t
  where t.namespace = v_namespace and t.name = v_name and t.version = v_version;
  if v_known.id is null then
    perform cairn.begin_registration(
      v_namespace, array(select s ->> 'handler' from jsonb_array_elements(p_compiled -> 'steps') s));
    select * into v_known from cairn.templates t
    where t.namespace = v_namespace and t.name = v_name and t.version = v_version;
  end if;
  if v_known.id is not null then
    if v_known.digest <> v_digest then
      raise exception 'template %/% % is registered with other content, and a version is immutable', v_namespace, v_name,
          v_version
        using errcode = 'CN409', hint = 'version_immutable',
          detail = jsonb_build_object('registered_digest', v_known.digest, 'digest', v_digest);
    end if;
    return query select v_known.id, false;
    return;
  end if;

  insert into cairn.templates
    (namespace, namespace_id, name, version, version_rank, description, identity, input_schema, step_count, root_count,
     delayed_root_count, give_up_after_ms, fail_fast, stale, definition, digest)
  select v_namespace, n.id, v_name, v_version,
    case when v_version ~ '^\d+\.\d+\.\d+-' then 0 else 1 end
      || string_to_array(substring(v_version from '^\d+\.\d+\.\d+'), '.')::integer[],
    p_compiled ->> 'description', p_compiled ->> 'identity', nullif(p_compiled -> 'input_schema', 'null'),
    jsonb_array_length(p_compiled -> 'steps'),
    (select count(*) from jsonb_array_elements(p_compiled -> 'steps') s where s -> 'depends_on' = '[]'),
    (select count(*) from jsonb_array_elements(p_compiled -> 'steps') s
     where s -> 'depends_on' = '[]' and s ->> 'delay_ms' is not null),
    (p_compiled ->> 'give_up_after_ms')::bigint, coalesce((p_compiled ->> 'fail_fast')::boolean, false),
    nullif(p_compiled -> 'stale', 'null'), p_definition, v_digest
  from cairn.namespaces n
  where n.name = v_namespace
  returning id into v_id;

  insert into cairn.template_steps
    (template_id, step_no, name, description, handler, handler_id, config, depends_on, dependents, results_needed,
     results_names, input_literal, input_paths, plain_keys, plain_steps, plain_members, timeout_ms, max_attempts, backoff,
     backoff_base_ms, backoff_max_ms, jitter, on_failure, delay_ms)
  select v_id, s.step_no, s.name, s.description, s.handler, h.id, coalesce(s.config, '{}'), s.depends_on, s.dependents,
    s.results_needed,
    array(
      select v_names[r.step_no] from unnest(s.results_needed) with ordinality r (step_no, position) order by position),
    s.input_literal, nullif(s.input_paths, 'null'), p.keys, p.steps, p.members, s.timeout_ms, s.max_attempts, s.backoff,
    s.backoff_base_ms, s.backoff_max_ms, s.jitter, coalesce(s.on_failure, 'error')::cairn.failure_action, s.delay_ms
  from jsonb_to_recordset(p_compiled -> 'steps') s (
    step_no integer, name text, description text, handler text, config jsonb, depends_on integer[],
    dependents integer[], results_needed integer[], input_literal jsonb, input_paths jsonb, timeout_ms bigint,
    max_attempts integer, backoff text, backoff_base_ms bigint, backoff_max_ms bigint, jitter double precision,
    on_failure text, delay_ms bigint)
  join cairn.handlers h on h.name = s.handler
  cross join cairn.plain_paths(s.input_literal, s.input_paths) p;

  return query select v_id, true;
end
$$;

comment on function cairn.register_template is
  'Stores a template and its compiled steps. The same content again is no error; other content under a used '
  'version is.';

-- The mapping of a step, if all its values are members of the context or of a result and go to members of the input:
-- where each goes, the step whose result it comes from (null: the context), and the members on the way to it, with
-- points between. See claimed_steps, which reads such values without SQL/JSON paths.
create or replace function cairn.plain_paths(
  p_literal jsonb, p_paths jsonb, out keys text[], out steps text[], out members text[])
language sql immutable parallel safe
as $$
  select array_agg(p.value #>> '{at,0}' order by p.n), array_agg(m.parts[2] order by p.n),
    array_agg(ltrim(m.parts[3], '.') order by p.n)
  from jsonb_array_elements(nullif(p_paths, 'null')) with ordinality p (value, n)
  left join lateral regexp_match(p.value ->> 'path',
    '^\$\.(context|results\.([a-z][a-z0-9_]{0,62}))((?:\.[A-Za-z_][A-Za-z0-9_]*)*)$') m (parts) on true
  having jsonb_typeof(p_literal) = 'object' and bool_and(jsonb_array_length(p.value -> 'at') = 1 and m.parts is not null);
$$;

-- The SQL/JSON paths and patterns of a compiled template that PostgreSQL cannot read, each with the place in the
-- template it stands at (for a path: inside its step).
create or replace function cairn.path_errors(p_compiled jsonb)
returns table (step text, pointer text, path text, message text)
language plpgsql stable security definer set search_path = cairn, pg_temp
as $$
begin
  for step, pointer, path in
    select s ->> 'name', '/input' || coalesce(
        (select string_agg('/' || replace(replace(k, '~', '~0'), '/', '~1'), '' order by n)
         from jsonb_array_elements_text(p -> 'at') with ordinality x (k, n)), ''), p ->> 'path'
    from jsonb_array_elements(p_compiled -> 'steps') s,
      jsonb_array_elements(case jsonb_typeof(s -> 'input_paths') when 'array' then s -> 'input_paths' else '[]' end) p
  loop
    begin
      if length(path) > 1000 then
        raise exception 'it has % characters; the limit is 1000', length(path) using errcode = 'data_exception';
      elsif path ~ '\*\*.*\*\*' then
        raise exception 'it has more than one **, and may take for ever' using errcode = 'data_exception';
      end if;
      perform path::jsonpath;
    exception when syntax_error or invalid_text_representation or invalid_parameter_value or data_exception then
      message := sqlerrm;
      return next;
    end;
  end loop;
  -- Conditions come with decision points; until then a template that has one is refused rather than misunderstood.
  for step, pointer, path, message in
    select s ->> 'name', '/when', s ->> 'when', 'conditions are not supported yet'
    from jsonb_array_elements(p_compiled -> 'steps') s
    where s ->> 'when' is not null
  loop
    return next;
  end loop;
  -- Patterns of the input_schema are regular expressions of PostgreSQL.
  for step, pointer, path in
    select null, '/input_schema', x #>> '{}'
    from jsonb_path_query(p_compiled -> 'input_schema', 'strict $.**.pattern ? (@.type() == "string")', '{}', true) x
  loop
    begin
      if path ~ '\\[1-9]' then
        raise exception 'it refers back to a group, and may take for ever' using errcode = 'invalid_regular_expression';
      end if;
      perform '' ~ path;
    exception when invalid_regular_expression then
      message := sqlerrm;
      return next;
    end;
  end loop;
end
$$;

comment on function cairn.path_errors is
  'The SQL/JSON paths and patterns of a compiled template that PostgreSQL cannot read, and where they stand.';

-- Templates are immutable for everyone.
create or replace function cairn.refuse_template_change() returns trigger
language plpgsql
as $$
begin
  raise exception '% on cairn.% refused: a registered version is immutable', tg_op, tg_table_name
    using errcode = 'CN403', hint = 'Register a new version.';
end
$$;

create or replace trigger immutable before update or delete or truncate on cairn.templates
  for each statement execute function cairn.refuse_template_change();
create or replace trigger immutable before update or delete or truncate on cairn.template_steps
  for each statement execute function cairn.refuse_template_change();
