-- Retention: finished tasks leave in bounded batches, the history by whole partitions. Nothing of a task that has not
-- ended ever leaves.

create or replace function cairn.set_retention(keep_tasks interval, keep_history interval, by text, reason text)
returns void
language plpgsql security definer set search_path = cairn, pg_temp
as $$
#variable_conflict use_variable
begin
  perform cairn.check_who_and_why(by, reason);
  if keep_tasks < interval '1 hour' or keep_history < interval '1 day'
    or keep_tasks > interval '100 years' or keep_history > interval '100 years'
  then
    raise exception 'tasks are kept for an hour at least, the history for a day, both for 100 years at most, or for ever'
      using errcode = 'CN400', hint = 'invalid_retention';
  -- Null is for ever: a task that is kept so needs its history for as long.
  elsif keep_history is not null and (keep_tasks is null or keep_history < keep_tasks) then
    raise exception 'the history must be kept for as long as the tasks it is of, which are kept %',
        coalesce('for ' || cairn.duration_text(keep_tasks), 'for ever')
      using errcode = 'CN400', hint = 'invalid_retention';
  end if;
  perform cairn.begin_action('set_retention', by, reason, null, null,
    jsonb_build_object('keep_tasks', keep_tasks, 'keep_history', keep_history));
  update cairn.retention r
  set keep_tasks = set_retention.keep_tasks, keep_history = set_retention.keep_history, changed_at = cairn.clock(),
    changed_by = by;
  perform cairn.end_action();
end
$$;

comment on function cairn.set_retention is 'Says how long finished tasks and the history are kept; null for ever.';

-- Tasks that may leave. What somebody still has to look at, or is still to be told of, stays.
create or replace function cairn.expired_tasks(p_limit integer) returns setof bigint
language plpgsql stable set enable_seqscan = off
as $$
declare
  v_before timestamptz := cairn.clock() - (select keep_tasks from cairn.retention);
begin
  return query
  select t.id
  from cairn.task_core t
  where t.created_at < v_before and t.finished_at < v_before
    and t.state in ('complete', 'error', 'cancelled', 'resolved_manually')
    and not exists (
      select from cairn.dead_letters d where d.task_id = t.id and d.status in ('pending', 'investigating'))
    and not exists (select from cairn.hooks h where h.task_id = t.id and h.state = 'pending')
  limit p_limit;
end
$$;

-- Partitions of the history that are older than it is kept, and why one must stay. The tasks that keep any are looked for
-- once, among those that are as old as the partitions: not for each partition, among all.
create or replace function cairn.expired_partitions()
returns table (name text, ends_at timestamptz, rows_estimate bigint, kept_by bigint)
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  v_before timestamptz := cairn.clock() - (select r.keep_history from cairn.retention r);
  v_names text[];
  v_ends timestamptz[];
  v_rows bigint[];
begin
  select array_agg('cairn.' || p.relname), array_agg(p.ends_at), array_agg(p.rows) into v_names, v_ends, v_rows
  from (
    select c.relname, greatest(c.reltuples, 0)::bigint as rows,
      (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz as ends_at
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('cairn.task_history'::regclass, 'cairn.step_history'::regclass)) p
  where p.ends_at < v_before;
  return query
  with keeping as materialized (
    select t.id, t.created_at from cairn.task_core t
    where t.created_at < (select max(e) from unnest(v_ends) e)
      and (t.state not in ('complete', 'error', 'cancelled', 'resolved_manually') or t.finished_at >= v_before))
  select p.name, p.ends_at, p.rows, (select min(k.id) from keeping k where k.created_at < p.ends_at)
  from unnest(v_names, v_ends, v_rows) p (name, ends_at, rows)
  order by p.ends_at, p.name;
end
$$;

-- What retention would do now.
create or replace function cairn.retention_json() returns json
language sql stable security definer set search_path = cairn, pg_temp
as $$
  select json_build_object(
    'keep_tasks', cairn.duration_text(r.keep_tasks), 'keep_history', cairn.duration_text(r.keep_history),
    'changed_at', r.changed_at, 'changed_by', r.changed_by,
    'expired_tasks', (select count(*) from cairn.expired_tasks(100000)),
    'expired_partitions', (
      select coalesce(json_agg(json_build_object(
        'name', p.name, 'ends_at', p.ends_at, 'rows', p.rows_estimate, 'kept_by_task', p.kept_by)), '[]')
      from cairn.expired_partitions() p))
  from cairn.retention r;
$$;

comment on function cairn.retention_json is 'How long things are kept, and what would leave now.';

-- Lets at most p_limit finished tasks leave. Servers call it until nothing is left; each call is short.
create or replace function cairn.remove_expired_tasks(p_limit integer default 500) returns integer
language plpgsql security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  v_tasks bigint[] := cairn.lock_idle_tasks(array(select cairn.expired_tasks(p_limit)));
begin
  -- An operator may have led one on before it was locked.
  v_tasks := array(
    select t.id from cairn.task_core t
    where t.id = any (v_tasks) and t.state in ('complete', 'error', 'cancelled', 'resolved_manually'));
  delete from cairn.hooks where task_id = any (v_tasks);
  delete from cairn.dead_letters where task_id = any (v_tasks);
  delete from cairn.step_attempts where task_id = any (v_tasks);
  delete from cairn.step_core where task_id = any (v_tasks);
  delete from cairn.task_details where task_id = any (v_tasks);
  delete from cairn.task_core where id = any (v_tasks);
  return cardinality(v_tasks);
end
$$;

comment on function cairn.remove_expired_tasks is 'Lets some finished tasks leave that were kept for long enough.';

-- Drops the oldest partition of the history that may leave; says which, or null. A reader in the way is not waited for.
create or replace function cairn.drop_expired_partition() returns text
language plpgsql security definer set search_path = cairn, pg_temp set lock_timeout = '100ms'
as $$
declare
  v_name text;
begin
  select p.name into v_name from cairn.expired_partitions() p where p.kept_by is null limit 1;
  if v_name is not null then
    execute format('drop table %s', v_name);
  end if;
  return v_name;
end
$$;

comment on function cairn.drop_expired_partition is
  'Drops the oldest partition of the history that was kept for long enough; null when there is none.';
