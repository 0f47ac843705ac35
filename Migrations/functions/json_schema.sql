-- JSON Schema (draft 2020-12), the keywords that docs/template-reference.md lists. Registration refuses every other
-- keyword, so what this function does not know cannot occur. One row an error: where in the value, and what is wrong.
create or replace function cairn.schema_errors(p_schema jsonb, p_value jsonb, p_pointer text default '')
returns table (pointer text, message text)
language plpgsql immutable
as $$
#variable_conflict use_column
declare
  v_type text := jsonb_typeof(p_value);
  v_number numeric;
  v_length integer;
  v_key text;
  v_part jsonb;
  v_passed integer;
begin
  if p_schema = 'true' then
    return;
  elsif p_schema = 'false' then
    return query select p_pointer, 'is not allowed';
    return;
  end if;

  if p_schema ? 'type' and not exists (
    select from jsonb_array_elements_text(
      case jsonb_typeof(p_schema -> 'type') when 'array' then p_schema -> 'type'
        else jsonb_build_array(p_schema -> 'type') end) t
    where t = v_type or (t = 'integer' and v_type = 'number' and (p_value #>> '{}')::numeric % 1 = 0))
  then
    return query select p_pointer, format('must be %s, not %s',
      case jsonb_typeof(p_schema -> 'type')
        when 'array' then (select string_agg(t, ' or ') from jsonb_array_elements_text(p_schema -> 'type') t)
        else p_schema ->> 'type' end, v_type);
    return;
  end if;
  if p_schema ? 'enum' and not exists (select from jsonb_array_elements(p_schema -> 'enum') e where e = p_value) then
    return query select p_pointer, 'must be one of ' || (p_schema -> 'enum')::text;
  end if;
  if p_schema ? 'const' and p_schema -> 'const' <> p_value then
    return query select p_pointer, 'must be ' || (p_schema -> 'const')::text;
  end if;

  case v_type
    when 'number' then
      v_number := (p_value #>> '{}')::numeric;
      if v_number < (p_schema ->> 'minimum')::numeric then
        return query select p_pointer, 'must be at least ' || (p_schema ->> 'minimum');
      end if;
      if v_number > (p_schema ->> 'maximum')::numeric then
        return query select p_pointer, 'must be at most ' || (p_schema ->> 'maximum');
      end if;
      if v_number <= (p_schema ->> 'exclusiveMinimum')::numeric then
        return query select p_pointer, 'must be greater than ' || (p_schema ->> 'exclusiveMinimum');
      end if;
      if v_number >= (p_schema ->> 'exclusiveMaximum')::numeric then
        return query select p_pointer, 'must be less than ' || (p_schema ->> 'exclusiveMaximum');
      end if;
      if v_number % (p_schema ->> 'multipleOf')::numeric <> 0 then
        return query select p_pointer, 'must be a multiple of ' || (p_schema ->> 'multipleOf');
      end if;
    when 'string' then
      v_length := char_length(p_value #>> '{}');
      if v_length < (p_schema ->> 'minLength')::numeric then
        return query select p_pointer, format('must have at least %s characters', p_schema ->> 'minLength');
      end if;
      if v_length > (p_schema ->> 'maxLength')::numeric then
        return query select p_pointer, format('must have at most %s characters', p_schema ->> 'maxLength');
      end if;
      if p_value #>> '{}' !~ (p_schema ->> 'pattern') then
        return query select p_pointer, 'must match the pattern ' || (p_schema ->> 'pattern');
      end if;
    when 'array' then
      v_length := jsonb_array_length(p_value);
      if v_length < (p_schema ->> 'minItems')::numeric then
        return query select p_pointer, format('must have at least %s items', p_schema ->> 'minItems');
      end if;
      if v_length > (p_schema ->> 'maxItems')::numeric then
        return query select p_pointer, format('must have at most %s items', p_schema ->> 'maxItems');
      end if;
      if p_schema -> 'uniqueItems' = 'true'
        and v_length > (select count(distinct e) from jsonb_array_elements(p_value) e) then
        return query select p_pointer, 'must not have an item twice';
      end if;
      if p_schema ? 'items' then
        return query
        select x.pointer, x.message
        from jsonb_array_elements(p_value) with ordinality e (item, n),
          cairn.schema_errors(p_schema -> 'items', e.item, p_pointer || '/' || (e.n - 1)) x;
      end if;
    when 'object' then
      v_length := (select count(*) from jsonb_object_keys(p_value));
      if v_length < (p_schema ->> 'minProperties')::numeric then
        return query select p_pointer, format('must have at least %s members', p_schema ->> 'minProperties');
      end if;
      if v_length > (p_schema ->> 'maxProperties')::numeric then
        return query select p_pointer, format('must have at most %s members', p_schema ->> 'maxProperties');
      end if;
      return query
      select p_pointer, format('must have the member "%s"', k)
      from jsonb_array_elements_text(coalesce(p_schema -> 'required', '[]')) k
      where not p_value ? k;
      for v_key, v_part in select k, v from jsonb_each(p_value) e (k, v) loop
        if p_schema #> array['properties', v_key] is not null then
          return query
          select x.pointer, x.message
          from cairn.schema_errors(
            p_schema #> array['properties', v_key], v_part, p_pointer || '/' || cairn.pointer_token(v_key)) x;
        elsif p_schema -> 'additionalProperties' = 'false' then
          return query select p_pointer || '/' || cairn.pointer_token(v_key), 'is not a known member'::text;
        elsif p_schema ? 'additionalProperties' then
          return query
          select x.pointer, x.message
          from cairn.schema_errors(
            p_schema -> 'additionalProperties', v_part, p_pointer || '/' || cairn.pointer_token(v_key)) x;
        end if;
      end loop;
    else
  end case;

  if p_schema ? 'allOf' then
    return query
    select x.pointer, x.message
    from jsonb_array_elements(p_schema -> 'allOf') s, cairn.schema_errors(s, p_value, p_pointer) x;
  end if;
  if p_schema ? 'anyOf' and not exists (
    select from jsonb_array_elements(p_schema -> 'anyOf') s
    where not exists (select from cairn.schema_errors(s, p_value, p_pointer)))
  then
    return query select p_pointer, 'must satisfy one of the alternatives of anyOf';
  end if;
  if p_schema ? 'oneOf' then
    select count(*) into v_passed from jsonb_array_elements(p_schema -> 'oneOf') s
    where not exists (select from cairn.schema_errors(s, p_value, p_pointer));
    if v_passed <> 1 then
      return query select p_pointer, format('must satisfy exactly one of the alternatives of oneOf, not %s', v_passed);
    end if;
  end if;
  if p_schema ? 'not' and not exists (select from cairn.schema_errors(p_schema -> 'not', p_value, p_pointer)) then
    return query select p_pointer, 'must not satisfy the schema of not';
  end if;
end
$$;

-- A key as a token of a JSON pointer (RFC 6901, section 3).
create or replace function cairn.pointer_token(p_key text) returns text
language sql immutable
as $$
  select replace(replace(p_key, '~', '~0'), '/', '~1');
$$;
