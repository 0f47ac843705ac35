-- Whether a session may do what owners may: set the clock, speak for any worker, work for any namespace.
create or replace function cairn.is_owner() returns boolean
language sql stable
as $$ select has_table_privilege(session_user, 'cairn.workers', 'update') $$;

-- The one clock. Everything that compares or stores a time asks here, so that a test can let hours pass at once by
-- setting cairn.clock_offset (an interval) for its session or its database.
create or replace function cairn.clock() returns timestamptz
language sql volatile parallel safe
as $$
  select case coalesce(current_setting('cairn.clock_offset', true), '')
    when '' then clock_timestamp()
    else clock_timestamp()
      + case when cairn.is_owner() then current_setting('cairn.clock_offset')::interval else interval '0' end
  end;
$$;
