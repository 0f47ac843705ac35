-- The one clock. Everything that compares or stores a time asks here, so that a test can let hours pass at once by
-- setting cairn.clock_offset (an interval) for its session or its database.
create or replace function cairn.clock() returns timestamptz
language sql volatile parallel safe
as $$
  select clock_timestamp() + coalesce(nullif(current_setting('cairn.clock_offset', true), '')::interval, interval '0');
$$;
