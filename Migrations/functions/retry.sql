-- How long a failed step waits before its next attempt, in milliseconds. `attempt` is the number of the attempt that
-- failed, from 1; `random` lies in [0, 1). The same formula as RetryPolicy in CairnModel; a test holds them together.
create or replace function cairn.retry_delay_ms(
  backoff text, base_ms bigint, max_ms bigint, jitter double precision, attempt integer, random double precision)
returns bigint
language sql immutable parallel safe
as $$
  with recursive fib(n, a, b) as (
    select 1, 1::numeric, 1::numeric
    union all
    select n + 1, b, a + b from fib where n < least(attempt, 100) and backoff = 'fibonacci'
  ),
  plain as (
    select least(max_ms::numeric, case backoff
      when 'none' then 0
      when 'fixed' then base_ms::numeric
      when 'linear' then base_ms::numeric * attempt
      when 'exponential' then base_ms::numeric * power(2::numeric, least(attempt - 1, 62))
      when 'fibonacci' then base_ms::numeric * (select a from fib order by n desc limit 1)
    end) as ms
  )
  select least(max_ms, greatest(0, round(ms * (1 + jitter * (2 * random - 1))::numeric)))::bigint from plain;
$$;
