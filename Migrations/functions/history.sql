-- The history is written by triggers on the rows themselves, so that no change of a state can go unrecorded or be an
-- illegal one, no task can fail without a dead letter, and none can end without those who asked for it being told. What
-- runs all the time writes its entries itself, and names them in the row (docs/decisions/0015-entries-by-the-statement.md).
-- Who and why come from the settings cairn.actor and cairn.reason, which operator functions set for their transaction.

-- A new row, or an update of one: the triggers that call these (legality.sql) do so only where something is wrong, or a state
-- has changed without a new `history_id`. That is the number of the row's last entry in the history which the statement that
-- made the change has written itself: the few that run all the time do, for a trigger costs each of them more than the
-- entry. Everybody else leaves the number as it is, and has the entry written here. Of a new row `old` is null.
drop trigger if exists note_inserts on cairn.step_core;
drop trigger if exists note_inserts on cairn.task_core;
drop function if exists cairn.note_steps();
drop function if exists cairn.note_tasks();
create or replace function cairn.note_step() returns trigger
language plpgsql
as $$
declare
  v_path cairn.step_state[];
begin
  if new.prev_state is distinct from old.state or (new.task_id, new.step_no) <> (old.task_id, old.step_no) then
    perform cairn.refuse_row(
      tg_op, format('step %s of task %s', new.step_no, new.task_id), new.prev_state is distinct from old.state);
  end if;
  v_path := cairn.step_path(old.state, new.state, new.event);
  if v_path is null then
    perform cairn.refuse_transition('step', format('step %s of task %s', new.step_no, new.task_id), old.state::text,
      new.state::text, new.event::text);
  end if;
  insert into cairn.step_history
    (task_id, step_no, at, event, from_state, to_state, path, attempt, worker_id, actor, reason)
  values (
    new.task_id, new.step_no, cairn.clock(), new.event, old.state, new.state, v_path, new.attempt, new.worker_id,
    nullif(current_setting('cairn.actor', true), ''), nullif(current_setting('cairn.reason', true), ''));
  return null;
end
$$;

create or replace function cairn.note_task() returns trigger
language plpgsql
as $$
declare
  v_path cairn.task_state[];
  o record;
  v_now timestamptz := cairn.clock();
  v_actor text := nullif(current_setting('cairn.actor', true), '');
  v_reason text := nullif(current_setting('cairn.reason', true), '');
begin
  if new.prev_state is distinct from old.state or new.id <> old.id then
    perform cairn.refuse_row(tg_op, format('task %s', new.id), new.prev_state is distinct from old.state);
  end if;
  v_path := cairn.task_path(old.state, new.state, new.event);
  if v_path is null then
    perform cairn.refuse_transition(
      'task', format('task %s', new.id), old.state::text, new.state::text, new.event::text);
  end if;
  if new.state = 'cancelled' and (v_actor is null or v_reason is null) then
    -- The last step of a cancelled task ends later, by its worker; it was still an operator's doing.
    select a.actor, a.reason into o
    from cairn.operator_actions a
    where a.task_id = new.id and a.action = 'cancel_task'
    order by a.id desc limit 1;
    v_actor := coalesce(v_actor, o.actor);
    v_reason := coalesce(v_reason, o.reason);
  end if;
  insert into cairn.task_history (task_id, at, event, from_state, to_state, path, actor, reason)
  values (new.id, v_now, new.event, old.state, new.state, v_path, v_actor, v_reason);
  if new.state in ('error', 'blocked_by_failures') then
    perform cairn.open_dead_letters(array[new.id], v_now);
  end if;
  if new.has_hook and new.state in ('complete', 'error', 'cancelled', 'resolved_manually') then
    perform cairn.write_hooks(array[new.id], v_now);
  end if;
  return null;
end
$$;

-- History is append-only for every role. A partition is guarded too, because a statement may name it directly.
create or replace function cairn.refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception '% on cairn.% refused: the history is append-only', tg_op, tg_table_name
    using errcode = 'CN403', hint = 'Old history leaves by dropping whole partitions.';
end
$$;

create or replace function cairn.guard_history(p_table text) returns void
language plpgsql
as $$
begin
  execute format(
    'create or replace trigger append_only before update or delete or truncate on cairn.%I
       for each statement execute function cairn.refuse_change()', p_table);
end
$$;

-- The entries of a task come into the index of the history between those of its neighbours, long after the first entry of
-- each was written in order. Pages that are full by then would be split, so they are left with room: a step has three
-- entries at least.
create or replace function cairn.leave_room(p_table regclass) returns void
language plpgsql
as $$
declare
  v_index regclass;
begin
  for v_index in
    select indexrelid from pg_index where indrelid = p_table
  loop
    execute format('alter index %s set (fillfactor = 30)', v_index);
  end loop;
end
$$;

-- Makes the weekly partitions from the present week on, `ahead` weeks of them; says how many were missing.
-- Whoever is in the way, such as a long reader, is not waited for: everybody else would wait behind.
create or replace function cairn.ensure_history_partitions(ahead integer default 4) returns integer
language plpgsql security definer set search_path = cairn, pg_temp set lock_timeout = '100ms'
as $$
declare
  v_parent text;
  v_name text;
  v_week timestamptz;
  v_made integer := 0;
begin
  if ahead is null or ahead not between 0 and 104 then
    raise exception 'partitions are made for 0 to 104 weeks ahead, not %', coalesce(ahead::text, 'null')
      using errcode = 'CN400', hint = 'invalid_option';
  end if;
  -- One at a time. A lock of a table, for which one needs a right to it; an advisory lock anybody could take and keep.
  lock table cairn.task_history in share update exclusive mode;
  foreach v_parent in array array['task_history', 'step_history'] loop
    for v_week in
      select week from generate_series(
        date_trunc('week', cairn.clock(), 'UTC'), cairn.clock() + make_interval(weeks => ahead), interval '7 days') week
    loop
      v_name := format('%s_%s', v_parent, to_char(v_week at time zone 'UTC', 'IYYY"w"IW'));
      continue when to_regclass('cairn.' || v_name) is not null;
      -- Attached, not made as a part: that lets readers and writers of the history go on. Rows that are already in the
      -- default partition stay there: a range they fall into cannot be made.
      begin
        execute format('create table cairn.%I (like cairn.%I including all)', v_name, v_parent);
        execute format('alter table cairn.%I attach partition cairn.%I for values from (%L) to (%L)',
          v_parent, v_name, v_week, v_week + interval '7 days');
      exception when check_violation then
        continue;
      end;
      perform cairn.guard_history(v_name);
      perform cairn.leave_room(format('cairn.%I', v_name)::regclass);
      v_made := v_made + 1;
    end loop;
  end loop;
  return v_made;
end
$$;

comment on function cairn.ensure_history_partitions is
  'Makes the partitions of the histories for this week and as many weeks ahead. Servers call it daily.';

select cairn.guard_history(t)
from unnest(array[
  'task_history', 'step_history', 'task_history_default', 'step_history_default', 'hash_chain_switches']) t;
select cairn.ensure_history_partitions();
select cairn.leave_room(inhrelid) from pg_inherits
where inhparent in ('cairn.task_history'::regclass, 'cairn.step_history'::regclass);
