-- The chain of hashes over the history. Task rows are one chain, the rows of each step another: the rows of a chain are
-- written under the lock of the row they are about, so they have one order.

-- Switches the chain on or off; does nothing when it is so already. Off it costs nothing, for then there is no trigger;
-- and no session can leave it out.
create or replace function cairn.set_hash_chain(enabled boolean, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp set client_min_messages = warning
as $$
#variable_conflict use_variable
begin
  perform cairn.check_who_and_why(by, reason);
  if enabled is null then
    raise exception 'say true or false: is the chain of hashes to be on?'
      using errcode = 'CN400', hint = 'invalid_option', detail = '{"pointer": "/enabled"}';
  elsif cairn.is_hash_chain(enabled) then
    return;
  end if;
  perform cairn.stop_history();
  -- Again: somebody else may have switched it in between.
  if cairn.is_hash_chain(enabled) then
    return;
  end if;
  perform cairn.begin_action('set_hash_chain', by, reason, null, null, jsonb_build_object('enabled', enabled));
  drop trigger if exists chain on cairn.task_history;
  drop trigger if exists chain on cairn.step_history;
  if enabled then
    create trigger chain before insert on cairn.task_history for each row execute function cairn.chain_task();
    create trigger chain before insert on cairn.step_history for each row execute function cairn.chain_step();
  end if;
  insert into cairn.hash_chain_switches (from_id, enabled, switched_at, switched_by)
  values (nextval('cairn.history_ids'), enabled, cairn.clock(), by);
  perform cairn.end_action();
end
$$;

comment on function cairn.set_hash_chain is
  'Switches the chain of hashes over the history on or off: each row then carries a hash of itself and the row before.';

-- A switch is written down as it is made: for what is written from now on, and as the triggers are. One of another time
-- would have rows that should have a hash count as written without.
create or replace function cairn.check_switch() returns trigger
language plpgsql
as $$
declare
  v_now timestamptz := cairn.clock();
begin
  if not exists (select from cairn.history_ids q where q.is_called and q.last_value = new.from_id)
    or new.switched_at not between v_now - (clock_timestamp() - statement_timestamp()) and v_now
    or not cairn.is_chained_by_triggers(new.enabled)
  then
    raise exception 'insert on cairn.hash_chain_switches refused: it says other than what is switched now'
      using errcode = 'CN403', hint = 'The chain is switched by cairn.set_hash_chain.';
  end if;
  return new;
end
$$;

create or replace trigger as_it_is before insert on cairn.hash_chain_switches
  for each row execute function cairn.check_switch();

-- Whether the triggers of both histories are as they are to be.
create or replace function cairn.is_chained_by_triggers(p_enabled boolean) returns boolean
language sql stable
as $$
  select (select count(*) from pg_trigger g
      where g.tgrelid in ('cairn.task_history'::regclass, 'cairn.step_history'::regclass) and g.tgname = 'chain'
        and g.tgenabled = 'O') = case when p_enabled then 2 else 0 end;
$$;

-- Whether the chain is on, or off, both as it is written down and as it is done: a trigger can be dropped by hand.
create or replace function cairn.is_hash_chain(p_enabled boolean) returns boolean
language sql stable
as $$
  select p_enabled = coalesce(
      (select s.enabled from cairn.hash_chain_switches s order by s.from_id desc limit 1), false)
    and cairn.is_chained_by_triggers(p_enabled);
$$;

-- Keeps everybody from the histories until the transaction ends. Whoever writes both has the tasks first, so they are
-- taken first here, too; readers may still be in the way in either order, so this one does not wait for a second: it
-- gives way before anybody is found to be in a deadlock, and tries again.
create or replace function cairn.stop_history() returns void
language plpgsql set lock_timeout = '200ms'
as $$
begin
  for i in 1 .. 25 loop
    begin
      lock table cairn.task_core in exclusive mode;
      lock table cairn.task_history, cairn.step_history in access exclusive mode;
      return;
    exception when lock_not_available then
      if i = 25 then
        raise;
      end if;
    end;
  end loop;
end
$$;

-- What the hash of a row is made of. `id` is in it, so that rows cannot change places.
create or replace function cairn.hash_of(p_before bytea, h cairn.task_history) returns bytea
language sql immutable parallel safe
as $$
  select sha256(coalesce(p_before, '') || convert_to(jsonb_build_array(
    h.id, h.task_id, extract(epoch from h.at), h.event, h.from_state, h.to_state, h.path, h.actor, h.reason,
    h.xid::text)::text, 'UTF8'));
$$;

create or replace function cairn.hash_of(p_before bytea, h cairn.step_history) returns bytea
language sql immutable parallel safe
as $$
  select sha256(coalesce(p_before, '') || convert_to(jsonb_build_array(
    h.id, h.task_id, h.step_no, extract(epoch from h.at), h.event, h.from_state, h.to_state, h.path, h.attempt,
    h.worker_id, h.actor, h.reason, h.xid::text)::text, 'UTF8'));
$$;

-- Before a row is written: its hash.
create or replace function cairn.chain_task() returns trigger
language plpgsql
as $$
begin
  new.hash := cairn.hash_of((
    select h.hash from cairn.task_history h where h.task_id = new.task_id order by h.id desc limit 1), new);
  return new;
end
$$;

create or replace function cairn.chain_step() returns trigger
language plpgsql
as $$
begin
  new.hash := cairn.hash_of((
    select h.hash from cairn.step_history h
    where h.task_id = new.task_id and h.step_no = new.step_no order by h.id desc limit 1), new);
  return new;
end
$$;

-- Verifies the chains of a task, and that they end where its rows are now. Gives the first broken row of each chain;
-- nothing when all is well. A row that was written while the chain was off has no hash and is checked for gaps alone:
-- history_chain counts those. That a task and its steps have a history at all does not depend on the chain: one is
-- written with them, and retention drops none of a task that is there. Of a task that is not, nothing is said.
create or replace function cairn.verify_history(task_id bigint)
returns table (history text, step_no integer, id bigint, problem text)
language plpgsql stable security definer set search_path = cairn, pg_temp
as $$
#variable_conflict use_column
declare
  r record;
  v_step integer;
  v_before bytea;
  v_from text;
  v_is_broken boolean;
begin
  for r in
    select 'task_history' as history, null::integer as step_no, h.id, h.hash, h.from_state::text, h.to_state::text,
      h as task_row, null::cairn.step_history as step_row, t.state::text as state_now,
      lead(h.id) over (order by h.id) is null as is_last, cairn.was_chained(h.id) as was_chained
    from cairn.task_history h join cairn.task_core t on t.id = h.task_id
    where h.task_id = verify_history.task_id
    union all
    select 'step_history', h.step_no, h.id, h.hash, h.from_state::text, h.to_state::text, null, h,
      coalesce(s.state::text, 'gone'), lead(h.id) over (partition by h.step_no order by h.id) is null,
      cairn.was_chained(h.id)
    from cairn.step_history h
    join cairn.task_core t on t.id = h.task_id
    left join cairn.step_core s on s.task_id = h.task_id and s.step_no = h.step_no
    where h.task_id = verify_history.task_id
    order by 2 nulls first, 3
  loop
    if v_is_broken is null or r.step_no is distinct from v_step then
      v_step := r.step_no;
      v_before := null;
      v_from := null;
      v_is_broken := false;
    end if;
    continue when v_is_broken;
    problem := case
      when r.from_state is distinct from v_from then
        format('it begins at %s, but the row before it ended at %s', coalesce(r.from_state, 'nothing'), coalesce(v_from, 'nothing'))
      when r.hash is null and r.was_chained then 'it has no hash, but the chain was on when it was written'
      -- Of the time before the first switch that was written down.
      when r.hash is null and r.was_chained is null and v_before is not null then
        'it has no hash, but the row before it has one'
      when r.hash is not null and r.hash is distinct from (
          case r.history when 'task_history' then cairn.hash_of(v_before, r.task_row)
            else cairn.hash_of(v_before, r.step_row) end)
        then 'its hash is not that of its content and the row before it'
      when r.is_last and r.to_state <> r.state_now then
        format('it is the last row and ends at %s, but the row it is about is %s', r.to_state, r.state_now)
    end;
    if problem is not null then
      v_is_broken := true;
      history := r.history;
      step_no := r.step_no;
      id := r.id;
      return next;
    end if;
    v_before := r.hash;
    v_from := r.to_state;
  end loop;
  id := null;
  for history, step_no, problem in
    select 'task_history', null::integer, format('the task is %s, but has no history', t.state)
    from cairn.task_core t
    where t.id = verify_history.task_id
      and not exists (select from cairn.task_history h where h.task_id = t.id)
    union all
    select 'step_history', ts.step_no,
      format('step %s is %s, but has no history', ts.step_no, coalesce(s.state::text, 'gone'))
    from cairn.task_core t
    join cairn.template_steps ts on ts.template_id = t.template_id
    left join cairn.step_core s on s.task_id = t.id and s.step_no = ts.step_no
    where t.id = verify_history.task_id and not ts.step_no = any (array(
      select h.step_no from cairn.step_history h where h.task_id = verify_history.task_id))
    order by 2 nulls first
  loop
    return next;
  end loop;
end
$$;

comment on function cairn.verify_history is
  'Verifies the history of a task: the first broken row of each chain, and chains that are missing; nothing when all is '
  'well.';

-- Whether the chain was on when a row of the history was written; null when that was before all that is written down.
create or replace function cairn.was_chained(p_id bigint) returns boolean
language sql stable
as $$
  select s.enabled from cairn.hash_chain_switches s where s.from_id < p_id order by s.from_id desc limit 1;
$$;

-- How much of a task's history verify_history can vouch for: the rows that carry a hash, and those that do not.
create or replace function cairn.history_chain(task_id bigint)
returns table (history text, chained bigint, unchained bigint)
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select 'task_history', count(h.hash), count(*) - count(h.hash) from cairn.task_history h
  where h.task_id = history_chain.task_id
  union all
  select 'step_history', count(h.hash), count(*) - count(h.hash) from cairn.step_history h
  where h.task_id = history_chain.task_id;
$$;

comment on function cairn.history_chain is
  'How many rows of a task''s history carry a hash, and how many do not: of those, verify_history sees gaps alone.';
