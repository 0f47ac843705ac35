-- What a submit must satisfy. Each check raises CN400 or CN404 with the stable code as hint and details as JSON.

drop function if exists cairn.check_submit(text, text, jsonb, jsonb);
drop function if exists cairn.check_context(cairn.templates, jsonb);
drop function if exists cairn.task_identity(cairn.templates, jsonb, jsonb);

-- All checks of the requests of a call, each alone: its template and identity, or why it is refused. Each distinct template
-- is looked up once. Of most requests there is nothing to ask: without options, for a template that takes any object and has
-- no identity, the one statement sees that all is well.
create or replace function cairn.check_submits(
  p_namespaces text[], p_templates text[], p_contexts jsonb[], p_options jsonb[],
  out template_ids bigint[], out identities text[], out codes text[], out messages text[], out details jsonb[])
language plpgsql stable
as $$
begin
  select array_agg(t.id order by r.n), array_agg(c.identity order by r.n), array_agg(c.code order by r.n),
    array_agg(c.message order by r.n), array_agg(c.details order by r.n)
  into template_ids, identities, codes, messages, details
  from (
    select x.namespace, x.name, x.options ->> 'version' as version, array_agg(x.n) as numbers,
      array_agg(coalesce(x.context, '{}')) as contexts, array_agg(coalesce(x.options, '{}')) as options
    from unnest(p_namespaces, p_templates, p_contexts, p_options)
      with ordinality x (namespace, name, context, options, n)
    group by 1, 2, 3) a
  cross join lateral (
    select f.id, f.version, f.identity,
      case when not cairn.takes_any_object(f.input_schema) then f.input_schema end as schema
    from cairn.find_template(a.namespace, a.name, a.version) f offset 0) t
  cross join lateral unnest(a.numbers, a.contexts, a.options) r (n, context, options)
  left join lateral (
    select x.* from cairn.check_submit(
      a.namespace, a.name, t.id, t.version, t.identity, t.schema, r.context, r.options) x
    where (t.id is not null and t.identity = 'always_unique' and t.schema is null and r.options = '{}'
      and jsonb_typeof(r.context) = 'object' and octet_length(r.context::text) <= 1048576) is not true
    -- Or the condition would be asked only after the call.
    offset 0) c on true;
end
$$;

-- All checks of one request: its identity, or why it is refused. The template is the one it means, if there is one.
create or replace function cairn.check_submit(
  p_namespace text, p_name text, p_template_id bigint, p_version text, p_identity text, p_schema jsonb, p_context jsonb,
  p_options jsonb, out identity text, out code text, out message text, out details jsonb)
language plpgsql stable
as $$
declare
  v_detail text;
begin
  perform cairn.check_options(p_options);
  if p_template_id is null then
    perform cairn.refuse_unknown_template(p_namespace, p_name, p_options ->> 'version');
  end if;
  perform cairn.check_context(format('%s/%s %s', p_namespace, p_name, p_version), p_schema, p_context);
  identity := cairn.task_identity(format('%s/%s', p_namespace, p_name), p_identity, p_context, p_options);
exception when sqlstate 'CN400' or sqlstate 'CN404' then
  get stacked diagnostics message = message_text, code = pg_exception_hint, v_detail = pg_exception_detail;
  details := nullif(v_detail, '')::jsonb;
end
$$;

-- Whether a schema asks nothing that is not asked anyway. In SQL, so that it becomes part of what asks.
create or replace function cairn.takes_any_object(p_schema jsonb) returns boolean
language sql immutable parallel safe
as $$
  select p_schema in ('{"type": "object"}', '{}')
$$;

create or replace function cairn.refuse_unknown_template(p_namespace text, p_name text, p_version text) returns void
language plpgsql stable
as $$
declare
  v_known text[] := array(
    select distinct t.name from cairn.templates t where t.namespace = p_namespace order by 1 limit 20);
  v_versions text[] := array(
    select t.version from cairn.templates t where t.namespace = p_namespace and t.name = p_name
    order by t.version_rank desc limit 20);
begin
  raise exception '%', case
      when p_namespace is null or p_name is null then 'namespace and template_name are required'
      when v_versions <> '{}' then
        format('template %s/%s has no version %s; it has %s', p_namespace, p_name, cairn.shown(p_version),
          array_to_string(v_versions, ', '))
      when v_known <> '{}' then
        format('namespace %s has no template %s; it has %s', p_namespace, cairn.shown(p_name),
          array_to_string(v_known, ', '))
      when exists (select from cairn.namespaces n where n.name = p_namespace) then
        format('namespace %s has no template', p_namespace)
      else format('namespace %s has no template, for there is no such namespace; %s', cairn.shown(p_namespace),
        cairn.known_namespaces()) end
    using errcode = 'CN404', hint = 'template_not_found';
end
$$;

-- The options of a submit: no unknown key, each of its type and in its range.
create or replace function cairn.check_options(p_options jsonb) returns void
language plpgsql stable
as $$
declare
  v_key text;
  v_bad text;
begin
  if p_options = '{}' then
    return;
  end if;
  if jsonb_typeof(p_options) <> 'object' then
    raise exception 'options must be an object' using errcode = 'CN400', hint = 'invalid_option';
  end if;
  for v_key in select jsonb_object_keys(p_options) loop
    -- The most common ones, before PostgreSQL gets ready for what the others take.
    continue when v_key in ('idempotency_key', 'dedup_key', 'correlation_id', 'initiator', 'source_system', 'reason')
      and jsonb_typeof(p_options -> v_key) = 'string' and length(p_options ->> v_key) between 1 and 500;
    v_bad := case
      when p_options -> v_key = 'null' then null
      when v_key in ('version', 'correlation_id', 'parent_correlation_id', 'initiator', 'source_system', 'reason',
          'idempotency_key', 'dedup_key') then
        case
          when jsonb_typeof(p_options -> v_key) <> 'string' then 'must be a string'
          when length(p_options ->> v_key) not between 1 and 500 then 'must have 1 to 500 characters'
        end
      when v_key = 'priority' then
        case
          when jsonb_typeof(p_options -> v_key) <> 'number' or (p_options ->> v_key)::numeric % 1 <> 0
            or (p_options ->> v_key)::numeric not between -1000 and 1000 then 'must be a whole number from -1000 to 1000'
        end
      when v_key = 'on_duplicate' then
        case when p_options ->> v_key not in ('reject', 'return') then 'must be "reject" or "return"' end
      when v_key = 'dedup_window' then
        case
          when jsonb_typeof(p_options -> v_key) <> 'string'
            or p_options ->> v_key !~ '^(live|forever|[1-9]\d{0,9}ms|[1-9]\d{0,8}s|[1-9]\d{0,6}m|[1-9]\d{0,4}h|[1-9]\d{0,3}d)$' then
            'must be "live", "forever" or a duration such as "10m", of at most 9999 days'
        end
      when v_key = 'callback_url' then
        case
          when jsonb_typeof(p_options -> v_key) <> 'string' or not cairn.is_callback_url(p_options ->> v_key) then
            'must be an http or https URL without user information, of at most 2000 characters, all of them visible ASCII'
        end
      when v_key = 'tags' then
        case
          when jsonb_typeof(p_options -> v_key) <> 'array'
            or jsonb_path_exists(p_options -> v_key, 'strict $[*] ? (@.type() != "string")')
            or jsonb_array_length(p_options -> v_key) > 100
            or exists (select from jsonb_array_elements_text(p_options -> v_key) tag where length(tag) not between 1 and 500)
          then 'must be an array of at most 100 strings of 1 to 500 characters'
        end
      when v_key = 'headers' then
        case
          when jsonb_typeof(p_options -> v_key) <> 'object'
            or jsonb_path_exists(p_options -> v_key, 'strict $.* ? (@.type() != "string")') then 'must be an object of strings'
          when exists (select from jsonb_object_keys(p_options -> v_key) k where starts_with(lower(k), 'cairn.')) then
            'must not use the prefix "cairn.", which is reserved'
          when p_options -> v_key ? '' then 'must not have an empty name'
          when octet_length((p_options -> v_key)::text) > 65536 then 'must have at most 65536 bytes'
        end
      when v_key = 'run_at' then
        case when not cairn.is_timestamp(p_options -> v_key) then
          'must be an RFC 3339 time such as "2030-01-31T08:00:00Z", in the years 0001 to 9999 of UTC' end
      else 'is not an option; the options are version, priority, idempotency_key, dedup_key, dedup_window, on_duplicate, correlation_id, '
        'parent_correlation_id, initiator, source_system, reason, tags, headers, run_at, callback_url'
    end;
    if v_bad is not null then
      raise exception '% %', cairn.shown(v_key), v_bad
        using errcode = 'CN400', hint = 'invalid_option',
          detail = jsonb_build_object('pointer', '/' || cairn.shown(v_key));
    end if;
  end loop;
end
$$;

-- Whether a hook can be posted there, as CallbackURL in CairnModel reads it: what is taken here is not found to be no
-- URL when the hook is delivered. Where hooks may go, each server decides.
create or replace function cairn.is_callback_url(p_url text) returns boolean
language plpgsql immutable parallel safe
as $$
declare
  -- Scheme, host, port.
  v_parts text[] := regexp_match(p_url, '^(https?)://(\[[^]]*\]|[^]:/?#@[]*)(?::([0-9]+))?(?:[/?#]|$)');
  v_host text := v_parts[2];
begin
  if length(p_url) > 2000 or p_url !~ '^[\u0021-\u005b\u005d-\u007e]+$' or v_parts is null
    or length(v_parts[3]) > 5 or v_parts[3]::integer not between 1 and 65535
  then
    return false;
  elsif v_host like '[%' then
    return family(translate(v_host, '[]', '')::inet) = 6 and v_host !~ '[/%]';
  elsif v_host ~ '^[0-9.]+$' then
    return v_host ~ '^([0-9]+\.){3}[0-9]+$' and host(v_host::inet) = v_host;
  end if;
  -- A name whose last label begins with a digit is an address to some resolvers.
  v_host := rtrim(v_host, '.') || case when v_host ~ '\.\.$' then '..' else '' end;
  return length(v_host) <= 253 and v_host ~* '^([a-z0-9_-]{1,63}\.)*[a-z_-][a-z0-9_-]{0,62}$';
exception when data_exception then
  return false;
end
$$;

-- Whether it is an RFC 3339 time, also once it is said in UTC: there the year may be another, and one of five digits
-- or before the first has no such text. Every time that comes in as JSON is asked so: PostgreSQL alone also reads
-- "tomorrow", "infinity", and times of no zone.
create or replace function cairn.is_timestamp(p_value jsonb) returns boolean
language plpgsql stable
as $$
begin
  return jsonb_typeof(p_value) = 'string'
    and p_value #>> '{}' ~ '^\d{4}-\d\d-\d\d[Tt ]([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$'
    and (p_value #>> '{}')::timestamptz >= '0001-01-01T00:00:00Z'
    and (p_value #>> '{}')::timestamptz < '10000-01-01T00:00:00Z';
exception when data_exception then
  return false;
end
$$;

-- The context against its template: an object, of at most 1 MiB, that satisfies input_schema, if there is one.
create or replace function cairn.check_context(p_template text, p_schema jsonb, p_context jsonb) returns void
language plpgsql stable
as $$
declare
  v_errors jsonb;
begin
  if jsonb_typeof(p_context) <> 'object' then
    raise exception 'context must be an object, not %', jsonb_typeof(p_context)
      using errcode = 'CN400', hint = 'invalid_context', detail = '{"pointer": "/context"}';
  end if;
  if octet_length(p_context::text) > 1048576 then
    raise exception 'context has % bytes; the limit is 1048576', octet_length(p_context::text)
      using errcode = 'CN400', hint = 'context_too_large', detail = '{"pointer": "/context"}';
  end if;
  if p_schema is null then
    return;
  end if;
  select jsonb_agg(jsonb_build_object('pointer', '/context' || e.pointer, 'message', e.message)) into v_errors
  from cairn.schema_errors(p_schema, p_context) e;
  if v_errors is not null then
    raise exception 'context does not satisfy the input_schema of %: %', p_template,
        (v_errors #>> '{0,pointer}') || ' ' || (v_errors #>> '{0,message}')
      using errcode = 'CN400', hint = 'invalid_context', detail = jsonb_build_object('errors', v_errors);
  end if;
end
$$;

-- What makes two submits the same task; null when nothing does.
create or replace function cairn.task_identity(p_template text, p_policy text, p_context jsonb, p_options jsonb)
returns text
language plpgsql immutable
as $$
declare
  v_key text := p_options ->> 'idempotency_key';
  v_dedup text := p_options ->> 'dedup_key';
begin
  if v_key is not null and v_dedup is not null then
    raise exception 'idempotency_key and dedup_key both say what the task is; give one of them'
      using errcode = 'CN400', hint = 'invalid_option', detail = '{"pointer": "/dedup_key"}';
  elsif v_key is not null then
    return format('%s key %s', p_template, v_key);
  elsif v_dedup is not null then
    return format('%s dedup %s', p_template, v_dedup);
  elsif p_policy = 'strict' then
    return format('%s sha256 %s', p_template,
      encode(sha256(convert_to(cairn.canonical_json(p_context)::text, 'UTF8')), 'hex'));
  elsif p_policy = 'caller_provided' then
    raise exception 'template % takes its identity from the caller: idempotency_key is required', p_template
      using errcode = 'CN400', hint = 'idempotency_key_required', detail = '{"pointer": "/idempotency_key"}';
  elsif p_options ->> 'dedup_window' is not null then
    raise exception 'dedup_window needs a dedup_key or an idempotency_key, for nothing else makes tasks of % the same', p_template
      using errcode = 'CN400', hint = 'invalid_option', detail = '{"pointer": "/dedup_window"}';
  end if;
  return null;
end
$$;

-- One text for what is the same JSON: jsonb orders keys and knows no white space; numbers lose their trailing zeros.
create or replace function cairn.canonical_json(p_value jsonb) returns jsonb
language plpgsql immutable parallel safe
as $$
begin
  case jsonb_typeof(p_value)
    when 'object' then
      return (select coalesce(jsonb_object_agg(key, cairn.canonical_json(value)), '{}') from jsonb_each(p_value));
    when 'array' then
      return (
        select coalesce(jsonb_agg(cairn.canonical_json(value) order by position), '[]')
        from jsonb_array_elements(p_value) with ordinality e (value, position));
    when 'number' then
      return to_jsonb(trim_scale(p_value::numeric));
    else
      return p_value;
  end case;
end
$$;

-- Whether a task that has the key of a submit still stands in its way: for ever, while it lives, or for a while from
-- its submit on.
create or replace function cairn.is_within_window(p_task_id bigint, p_window text, p_now timestamptz) returns boolean
language plpgsql stable
as $$
begin
  return (
    select case
      when coalesce(p_window, 'forever') = 'forever' then true
      when p_window = 'live' then t.state not in ('complete', 'error', 'cancelled', 'resolved_manually')
      -- Days are 24 hours here; "m" would be months to PostgreSQL.
      else t.created_at > p_now - make_interval(secs => substring(p_window from '^\d+')::numeric
        * case substring(p_window from '[a-z]+$') when 'ms' then 0.001 when 's' then 1 when 'm' then 60 when 'h' then 3600
          else 86400 end)
    end
    from cairn.task_core t where t.id = p_task_id);
end
$$;
