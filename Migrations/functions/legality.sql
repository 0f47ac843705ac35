-- Legality of transitions, for everyone: also for a hand-written UPDATE of a superuser.
--
-- An update must name the state it found in `prev_state`, and a new row none: triggers hold them to it, row by row. From that
-- and the event the history is written (history.sql), with the path that cairn.moves has for it; what has no path is no legal
-- move, and is refused there. A statement that gives a row a new `history_id` has written the entry itself. A trigger's
-- condition is read anew from its text by every statement, so it is kept short; and it is looked at after the change, for a
-- trigger before an update has each row locked first, and that lock written to the WAL.

-- What a row meets that names another state than it had, claims to have had one before it was made, or changes its number.
create or replace function cairn.refuse_row(p_operation text, p_name text, p_is_other_state boolean) returns void
language plpgsql
as $$
begin
  raise exception '%: %', p_name, case
      when p_operation = 'INSERT' then 'what is new has no prev_state'
      when p_is_other_state then 'an update of a state must name the state it found in prev_state'
      else 'a task and a step keep their numbers, for their history goes by them' end
    using errcode = 'CN409', hint = 'Change states through the functions of the schema cairn, not by hand.';
end
$$;

-- What a change of a state meets that is no legal move.
drop function if exists cairn.refuse_transition(text, text, text, text, text);
create or replace function cairn.refuse_transition(
  p_machine text, p_name text, p_from text, p_to text, p_event text)
returns void
language plpgsql
as $$
begin
  raise exception '%: illegal % transition from % to % by %', p_name, p_machine, coalesce(p_from, 'nothing'), p_to, p_event
    using errcode = 'CN409', hint = 'The legal ones stand in cairn.transitions and cairn.moves.';
end
$$;

create or replace function cairn.install_legality() returns void
language plpgsql
as $$
declare
  illegal text;
  m text;
  t text;
  paths text;
  births text;
begin
  -- Every step of every move's path must be a legal transition.
  select format('%s: %s to %s', v.machine, v.path[i], v.path[i + 1]) into illegal
  from cairn.moves v, generate_subscripts(v.path, 1) i
  where i < array_length(v.path, 1)
    and not exists (
      select from cairn.transitions x
      where x.machine = v.machine and x.from_state = v.path[i] and x.to_state = v.path[i + 1])
  limit 1;
  if illegal is not null then
    raise exception 'cairn.moves has a move along no legal transition (%)', illegal;
  end if;

  foreach m in array array['task', 'step'] loop
    t := m || '_core';
    -- What happens to every step and task comes first, so that it is found soonest.
    select string_agg(
        format('when from_state is not distinct from %s and to_state = %L and event = %L then %L::cairn.%s_state[]',
          coalesce(quote_literal(from_state), 'null'), to_state, event, path::text, m),
        ' ' order by event in ('enqueue', 'start', 'complete', 'all_steps_successful') desc, created desc, event)
    into paths
    from cairn.moves where machine = m;
    select string_agg(format('(%L, %L)', to_state, event), ', ' order by to_state, event) into births
    from cairn.moves where machine = m and created;

    execute format('drop trigger if exists legal_update on cairn.%I', t);
    execute format('drop trigger if exists legal_insert on cairn.%I', t);
    execute format('drop trigger if exists note_updates on cairn.%I', t);
    execute format('drop trigger if exists note_inserts on cairn.%I', t);
    execute format(
      'create trigger note_updates after update on cairn.%I for each row
         when (new.prev_state is distinct from old.state or %s
           or new.state <> old.state and new.history_id is not distinct from old.history_id)
         execute function cairn.note_%s()', t,
      case m when 'task' then 'new.id <> old.id' else 'new.task_id <> old.task_id or new.step_no <> old.step_no' end, m);
    execute format(
      'create trigger note_inserts after insert on cairn.%I for each row
         when (new.history_id is null or new.prev_state is not null or (new.state, new.event) not in (%s))
         execute function cairn.note_%s()', t, births, m);
    execute format(
      'create or replace function cairn.%1$s_path(
         from_state cairn.%1$s_state, to_state cairn.%1$s_state, event cairn.%1$s_event)
       returns cairn.%1$s_state[] language sql immutable parallel safe as $f$ select case %2$s end $f$', m, paths);
  end loop;
end
$$;

select cairn.install_legality();
drop function if exists cairn.refuse_move();
drop function if exists cairn.refuse_update(text, boolean);
drop function if exists cairn.refuse_insert();
