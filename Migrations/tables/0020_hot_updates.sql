-- A step starts and ends in the same place of its page, and no index learns of it (a HOT update): what changes then stands
-- in no index. See docs/decisions/0016-hot-updates.md. Both tables are written anew for it, with what changes together
-- side by side, for the write-ahead log gets what lies between the first byte that an update changes and the last. A new
-- version of a row needs room on its page, so pages are filled by half. Vacuum comes by the number of dead rows, not by their
-- part of the table: with that they would grow with all that has ever run.

-- The code that comes with this file is applied in the same transaction. It makes anew what stands on the tables: the views,
-- which show nothing until then, and the functions of their rows. What others have built on the tables is theirs.
do $$
declare
  v record;
begin
  for v in
    select distinct c.oid::regclass as name, t.relname as on_table
    from pg_depend d
    join pg_class t on t.oid = d.refobjid
    join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    join pg_class c on c.oid = r.ev_class
    where d.refclassid = 'pg_class'::regclass
      and d.refobjid in ('cairn.task_core'::regclass, 'cairn.step_core'::regclass)
      and not (c.relnamespace = 'cairn'::regnamespace and c.relname in ('tasks', 'steps', 'attempts'))
  loop
    raise exception '% stands on cairn.%, which is written anew', v.name, v.on_table
      using errcode = 'object_in_use',
        hint = format('Drop %s, migrate, and make it again, over cairn.tasks or cairn.steps.', v.name);
  end loop;
  for v in
    select c.relname,
      string_agg(format('null::%s as %I', format_type(a.atttypid, a.atttypmod), a.attname), ', ' order by a.attnum) as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'cairn'::regnamespace and c.relname in ('tasks', 'steps', 'attempts')
    group by c.relname
  loop
    execute format('create or replace view cairn.%I as select %s where false', v.relname, v.columns);
  end loop;
  for v in
    select p.oid::regprocedure as signature from pg_proc p
    where p.pronamespace = 'cairn'::regnamespace
      and (p.proargtypes::oid[] || p.prorettype) && array['cairn.task_core'::regtype::oid, 'cairn.step_core'::regtype::oid]
  loop
    execute format('drop function %s', v.signature);
  end loop;
end
$$;

alter table cairn.task_core rename to old_task_core;
alter index cairn.task_core_pkey rename to old_task_core_pkey;
alter table cairn.step_core rename to old_step_core;
alter index cairn.step_core_pkey rename to old_step_core_pkey;

create table cairn.task_core (
  -- What never changes; the priority seldom does.
  id bigint primary key default nextval('cairn.task_ids'),
  template_id bigint not null,
  created_at timestamptz not null,
  run_at timestamptz,
  namespace_id integer not null,
  priority smallint not null default 0,
  has_hook boolean not null default false,
  -- What a failure changes.
  retrying_steps integer not null default 0,
  failed_steps integer not null default 0,
  blocking_steps integer not null default 0,
  tolerated_steps integer not null default 0,
  dropped_steps integer not null default 0,
  delayed_steps integer not null default 0,
  -- What each step changes that ends.
  open_steps integer not null,
  active_steps integer not null,
  moved_at timestamptz,
  -- What a change of the state changes.
  prev_state cairn.task_state,
  state cairn.task_state not null,
  event cairn.task_event not null,
  ending cairn.task_state,
  state_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  history_id bigint,
  constraint task_core_counters check (
    least(open_steps, active_steps, retrying_steps, failed_steps, blocking_steps, tolerated_steps, dropped_steps,
      delayed_steps) >= 0)
) with (
  fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
  autovacuum_analyze_scale_factor = 0.1);

insert into cairn.task_core (
  id, template_id, created_at, run_at, namespace_id, priority, has_hook, retrying_steps, failed_steps, blocking_steps,
  tolerated_steps, dropped_steps, delayed_steps, open_steps, active_steps, moved_at, prev_state, state, event, ending,
  state_at, started_at, finished_at, history_id)
select
  id, template_id, created_at, run_at, namespace_id, priority, has_hook, retrying_steps, failed_steps, blocking_steps,
  tolerated_steps, dropped_steps, delayed_steps, open_steps, active_steps, moved_at, prev_state, state, event, ending,
  state_at, started_at, finished_at, history_id
from cairn.old_task_core
order by id;

-- `ready` and `due_at` say what the indexes ask for, and change neither when a step goes on with the worker that has settled
-- what it waited for, nor when it ends.
create table cairn.step_core (
  -- What never changes; the rank seldom does.
  task_id bigint not null,
  timeout_ms bigint not null,
  step_no integer not null,
  namespace_id integer not null,
  handler_id integer not null,
  rank smallint not null,
  -- What the start of an attempt changes.
  max_attempts smallint not null,
  attempt smallint not null default 0,
  waiting integer not null,
  worker_id bigint,
  enqueued_at timestamptz,
  started_at timestamptz,
  -- What each change of the state changes.
  prev_state cairn.step_state,
  state cairn.step_state not null,
  event cairn.step_event not null,
  history_id bigint,
  expires_at timestamptz,
  finished_at timestamptz,
  run_at timestamptz,
  due_at timestamptz generated always as (case when state in ('pending', 'waiting_for_retry') then run_at end) stored,
  ready boolean not null generated always as (state = 'enqueued') stored,
  suspect boolean not null default false,
  stopping boolean not null default false,
  -- What never changes.
  delay_ms bigint,
  dependents integer[] not null,
  primary key (task_id, step_no)
) with (
  fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
  autovacuum_analyze_scale_factor = 0.1);

insert into cairn.step_core (
  task_id, timeout_ms, step_no, namespace_id, handler_id, rank, max_attempts, attempt, waiting, worker_id, enqueued_at,
  started_at, prev_state, state, event, history_id, expires_at, finished_at, run_at, suspect, stopping, delay_ms,
  dependents)
select
  task_id, timeout_ms, step_no, namespace_id, handler_id, rank, max_attempts, attempt, waiting, worker_id, enqueued_at,
  started_at, prev_state, state, event, history_id, expires_at, finished_at, run_at, suspect, stopping, delay_ms,
  dependents
from cairn.old_step_core
order by task_id, step_no;

-- What workers have claimed, one row for each time one took steps. A worker holds no step that is not in a row of its own;
-- which of these it does hold, the steps say.
create table cairn.step_claims (
  worker_id bigint not null,
  id bigint generated always as identity,
  -- The earliest of the steps.
  expires_at timestamptz not null,
  tasks bigint[] not null,
  steps integer[] not null,
  suspect boolean not null default false,
  primary key (worker_id, id)
-- Rows come and go with the exchanges, so they are not waited for until they are a part of the table.
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, toast_tuple_target = 8160);
-- Not compressed, which takes longer than to write them.
alter table cairn.step_claims
  alter column tasks set storage external,
  alter column steps set storage external;

create index step_claims_suspect on cairn.step_claims (worker_id) where suspect;

insert into cairn.step_claims (worker_id, expires_at, tasks, steps, suspect)
select worker_id, coalesce(min(expires_at), now()), array_agg(task_id), array_agg(step_no), bool_or(suspect)
from cairn.step_core
where state = 'in_progress' and worker_id is not null
group by worker_id;

-- What was granted on them stays granted.
do $$
declare
  g record;
begin
  for g in
    select substr(c.relname, 5) as name, a.privilege_type, a.is_grantable,
      case a.grantee when 0 then 'public' else a.grantee::regrole::text end as grantee
    from pg_class c
    cross join lateral aclexplode(c.relacl) a
    where c.oid in ('cairn.old_task_core'::regclass, 'cairn.old_step_core'::regclass) and a.grantee <> c.relowner
  loop
    execute format('grant %s on cairn.%I to %s %s', g.privilege_type, g.name, g.grantee,
      case when g.is_grantable then 'with grant option' else '' end);
  end loop;
  for g in
    select substr(c.relname, 5) as name, t.attname, a.privilege_type, a.is_grantable,
      case a.grantee when 0 then 'public' else a.grantee::regrole::text end as grantee
    from pg_class c
    join pg_attribute t on t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped
    cross join lateral aclexplode(t.attacl) a
    where c.oid in ('cairn.old_task_core'::regclass, 'cairn.old_step_core'::regclass)
  loop
    execute format('grant %s (%I) on cairn.%I to %s %s', g.privilege_type, g.attname, g.name, g.grantee,
      case when g.is_grantable then 'with grant option' else '' end);
  end loop;
end
$$;

drop table cairn.old_step_core;
drop table cairn.old_task_core;

create index task_core_unfinished on cairn.task_core (state, id) where state <> 'complete';
create index task_core_scheduled on cairn.task_core (run_at) where state = 'pending';
-- Tasks are made in the order of time, so the old ones stand together.
create index task_core_age on cairn.task_core using brin (created_at) with (pages_per_range = 32);
create index step_core_ready on cairn.step_core (namespace_id, rank, task_id, step_no) include (handler_id) where ready;
create index step_core_suspect on cairn.step_core (namespace_id, task_id, step_no) where ready and suspect;
create index step_core_due on cairn.step_core (due_at) where due_at is not null;

analyze cairn.task_core, cairn.step_core;
