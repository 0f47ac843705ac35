-- Retention: finished tasks leave in bounded batches, the history by whole partitions. Nothing of a task that has not
-- ended ever leaves.

create or replace function cairn.set_retention(keep_tasks interval, keep_history interval, by text, reason text)
returns void
language plpgsql security definer set search_path = cairn, pg_temp
as $$
#variable_conflict use_variable
begin
  perform cairn.check_who_and_why(by, reason);
  -- Compared, a month is 30 days; taken from a time, it is what the calendar says. Between the two a span that passes for
  -- an hour can reach into the future.
  if exists (
    select from unnest(array[keep_tasks, keep_history]) x
    where extract(year from x) <> 0 or extract(month from x) <> 0)
  then
    raise exception 'say in days and hours how long tasks and the history are kept: months are not of one length'
      using errcode = 'CN400', hint = 'invalid_retention';
  elsif keep_tasks < interval '1 hour' or keep_history < interval '1 day'
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

-- Tasks that ended before p_before and may leave. What somebody still has to look at, or is still to be told of, stays.
-- One rule for all who ask, and a plain statement, so that it becomes a part of theirs.
create or replace function cairn.removable_tasks(p_before timestamptz) returns setof bigint
language sql stable
as $$
  select t.id
  from cairn.task_core t
  where t.created_at < p_before and t.finished_at < p_before
    and t.state in ('complete', 'error', 'cancelled', 'resolved_manually')
    and not exists (
      select from cairn.dead_letters d where d.task_id = t.id and d.status in ('pending', 'investigating'))
    and not exists (select from cairn.hooks h where h.task_id = t.id and h.state = 'pending');
$$;

create or replace function cairn.expired_tasks(p_limit integer) returns setof bigint
language plpgsql stable set enable_seqscan = off
as $$
declare
  v_before timestamptz := cairn.clock() - (select keep_tasks from cairn.retention);
begin
  return query select t.id from cairn.removable_tasks(v_before) t (id) limit p_limit;
end
$$;

-- Partitions of the history that are older than it is kept, the oldest first, and the oldest task that keeps one: any
-- that stays itself, whatever its state, for whoever leads it on needs its history whole. Tasks that would leave now do
-- not count here. They are looked for once, among those that are as old as the partitions: not for each partition.
create or replace function cairn.expired_partitions()
returns table (name text, ends_at timestamptz, rows_estimate bigint, kept_by bigint)
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz := cairn.clock();
  v_tasks_before timestamptz := v_now - (select r.keep_tasks from cairn.retention r);
  v_before timestamptz := v_now - (select r.keep_history from cairn.retention r);
  v_names text[];
  v_ends timestamptz[];
  v_rows bigint[];
begin
  select array_agg(p.name), array_agg(p.ends_at), array_agg(p.rows_estimate) into v_names, v_ends, v_rows
  from cairn.old_partitions(v_before) p;
  return query
  with keeping as materialized (
    select t.id, t.created_at from cairn.task_core t
    where t.created_at < (select max(e) from unnest(v_ends) e)
      -- The offset has it looked up by id, task by task: most are as old as these only when much is left to do.
      and not exists (select from cairn.removable_tasks(v_tasks_before) x (id) where x.id = t.id offset 0))
  select p.name, p.ends_at, p.rows, (select min(k.id) from keeping k where k.created_at < p.ends_at)
  from unnest(v_names, v_ends, v_rows) p (name, ends_at, rows)
  order by p.ends_at, p.name;
end
$$;

-- Partitions of the history that end before a time, and have ended: whatever is said of the time, what is written to
-- now stays. The default ones have no end.
create or replace function cairn.old_partitions(p_before timestamptz)
returns table (name text, ends_at timestamptz, rows_estimate bigint)
language sql stable
as $$
  select p.* from (
    select 'cairn.' || c.relname,
      (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz as ends_at,
      greatest(c.reltuples, 0)::bigint
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('cairn.task_history'::regclass, 'cairn.step_history'::regclass)) p
  where p.ends_at < p_before and p.ends_at < cairn.clock();
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
  v_before timestamptz := cairn.clock() - (select keep_tasks from cairn.retention);
  v_tasks bigint[] := cairn.lock_idle_tasks(array(select cairn.expired_tasks(p_limit)));
begin
  -- All of it again, in a statement of its own: before a task was locked an operator may have led it on, opened a dead
  -- letter or replayed a hook, and it may have ended anew. Each of these locks the task.
  v_tasks := array(select t.id from cairn.removable_tasks(v_before) t (id) where t.id = any (v_tasks));
  -- Keys are locked in an order of their own, by submits that take them over and by repairs: a task whose key somebody
  -- has locked leaves another time.
  v_tasks := array(
    select d.task_id from cairn.task_details d where d.task_id = any (v_tasks) for update skip locked);
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
-- Here every task that is still there keeps what is younger than itself, also one that is to leave next: tasks go before
-- their history does. So nothing has to be locked. What is dropped is history of tasks that are gone, which nobody can
-- lead on; a removal that is not committed yet still keeps it; and a new task has no history that is old.
create or replace function cairn.drop_expired_partition() returns text
language plpgsql security definer set search_path = cairn, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off set lock_timeout = '100ms'
as $$
declare
  p record;
begin
  select * into p
  from cairn.old_partitions(cairn.clock() - (select r.keep_history from cairn.retention r)) x
  order by x.ends_at, x.name limit 1;
  -- A task that keeps the oldest keeps them all.
  if p.name is null or exists (select from cairn.task_core t where t.created_at < p.ends_at) then
    return null;
  end if;
  execute format('drop table %s', p.name);
  return p.name;
end
$$;

comment on function cairn.drop_expired_partition is
  'Drops the oldest partition of the history that was kept for long enough, if no task is left that may have history in '
  'it; null when there is none.';

-- Lets at most p_limit workers leave that have ended, once the history is gone that may name them. It goes after every
-- task of its time, and with a task its steps and attempts: so the history alone has to be asked, and by its time, for it
-- has no index by worker. A worker's last steps are taken from it by a sweep after its end: hence the day between.
create or replace function cairn.remove_ended_workers(p_limit integer default 500) returns integer
language plpgsql security definer set search_path = cairn, pg_temp set jit = off
as $$
declare
  v_before timestamptz;
  v_count integer;
begin
  select least(min(x.begins_at), (select min(h.at) from cairn.step_history_default h)) - interval '1 day' into v_before
  from (
    select (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\)'))[1]::timestamptz as begins_at
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'cairn.step_history'::regclass) x;
  delete from cairn.workers w
  where w.id in (
    select o.id from cairn.workers o
    where o.state in ('stopped', 'lost') and o.ended_at < v_before
      and not exists (select from cairn.steps_of(o.id))
    order by o.id limit p_limit
    for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function cairn.remove_ended_workers is
  'Lets some workers leave that ended before the history that is still kept began.';
