-- Legality of transitions, for everyone: also for a hand-written UPDATE of a superuser.
--
-- The moves of cairn.moves become the WHEN condition of a trigger, so that a legal change costs a few comparisons and
-- no function call, and everything else meets refuse_move(). An update must also name the state it found in
-- `prev_state`: the history is written from it.

create or replace function cairn.refuse_move() returns trigger
language plpgsql
as $$
declare
  machine text := case tg_table_name when 'task_core' then 'task' else 'step' end;
  v_row jsonb := to_jsonb(new);
  v_name text := case machine when 'task' then format('task %s', v_row ->> 'id')
    else format('step %s of task %s', v_row ->> 'step_no', v_row ->> 'task_id') end;
begin
  if tg_op = 'UPDATE' and new.prev_state is distinct from old.state then
    raise exception '%: an update of a state must name the state it found in prev_state', v_name
      using errcode = 'CN409', hint = 'Change states through the functions of the schema cairn, not by hand.';
  end if;
  raise exception '%: illegal % transition from % to % by %', v_name, machine,
      case when tg_op = 'UPDATE' then old.state::text else 'nothing' end, new.state, new.event
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
  updates text;
  inserts text;
  paths text;
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
    select
      string_agg(format('(old.state = %L and new.state = %L and new.event = %L)', from_state, to_state, event), ' or ')
        filter (where not created),
      string_agg(format('(new.state = %L and new.event = %L)', to_state, event), ' or ') filter (where created),
      string_agg(
        format('when from_state is not distinct from %s and to_state = %L and event = %L then %L::cairn.%s_state[]',
          coalesce(quote_literal(from_state), 'null'), to_state, event, path::text, m),
        ' ' order by created, event)
    into updates, inserts, paths
    from cairn.moves where machine = m;

    execute format('drop trigger if exists legal_update on cairn.%I', t);
    execute format('drop trigger if exists legal_insert on cairn.%I', t);
    execute format(
      'create trigger legal_update before update on cairn.%I for each row
         when (new.prev_state is distinct from old.state or (old.state <> new.state and not (%s)))
         execute function cairn.refuse_move()', t, updates);
    execute format(
      'create trigger legal_insert before insert on cairn.%I for each row
         when (new.prev_state is not null or not (%s)) execute function cairn.refuse_move()', t, inserts);
    execute format(
      'create or replace function cairn.%1$s_path(
         from_state cairn.%1$s_state, to_state cairn.%1$s_state, event cairn.%1$s_event)
       returns cairn.%1$s_state[] language sql immutable parallel safe as $f$ select case %2$s end $f$', m, paths);
  end loop;
end
$$;

select cairn.install_legality();
