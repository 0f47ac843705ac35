-- Dead letters: tasks that somebody has to look at, with the task as it was when it failed. One open entry a task.

-- Opens entries for tasks that have just failed, or are held by a failure. An entry that is open stays.
create or replace function cairn.open_dead_letters(
  p_tasks bigint[], p_now timestamptz, p_reason cairn.dead_letter_reason default null, p_message text default null)
returns void
language plpgsql
as $$
begin
  insert into cairn.dead_letters (task_id, reason, message, snapshot, opened_at)
  select t.id, coalesce(p_reason, f.reason, 'stale'), coalesce(p_message, f.message, 'the task made no progress'),
    cairn.task_snapshot(t.id), p_now
  from unnest(p_tasks) t (id)
  left join lateral cairn.failure_of(t.id) f on true
  on conflict (task_id) where status in ('pending', 'investigating') do nothing;
end
$$;

-- Why a task failed: by the failed step that ended last.
create or replace function cairn.failure_of(p_task_id bigint, out reason cairn.dead_letter_reason, out message text)
language plpgsql stable
as $$
begin
  select case
      when a.outcome = 'lease_lost' and s.attempt > 1 then 'poison'
      when a.outcome = 'permanent' then 'permanent_error'
      else 'retries_exhausted'
    end,
    format('step %s failed after %s: %s', ts.name, case s.attempt when 1 then '1 attempt' else s.attempt || ' attempts' end,
      coalesce(a.error ->> 'message', a.error ->> 'code', a.outcome::text))
  into failure_of.reason, failure_of.message
  from cairn.step_core s
  join cairn.task_core t on t.id = s.task_id
  join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = s.step_no
  join cairn.step_attempts a on a.task_id = s.task_id and a.step_no = s.step_no and a.attempt = s.attempt
  where s.task_id = p_task_id and s.state = 'error' and ts.on_failure in ('error', 'block')
  order by s.finished_at desc, s.step_no
  limit 1;
end
$$;

-- A task as it is now: itself, its steps without their results, and the last attempts of those that failed.
create or replace function cairn.task_snapshot(p_task_id bigint) returns jsonb
language plpgsql stable
as $$
begin
  return jsonb_build_object(
    'task', (select to_jsonb(cairn.task_fields(t)) from cairn.tasks t where t.id = p_task_id),
    'steps', (
      select jsonb_agg(to_jsonb(s) - 'task_id' - 'result' order by s.step_no)
      from (
        -- Of a great task what is not done; a snapshot is to be read by people, and is made under the task's lock.
        select x.* from cairn.steps x
        where x.task_id = p_task_id and (x.state <> 'complete' or (
          select t.steps from cairn.tasks t where t.id = p_task_id) <= 200)
        order by x.step_no limit 200) s),
    'attempts', (
      select coalesce(jsonb_agg(to_jsonb(a) - 'task_id' order by a.step_no, a.attempt), '[]')
      from (
        select x.*, row_number() over (partition by x.step_no order by x.attempt desc) as age
        from cairn.step_attempts x
        join cairn.step_core s on s.task_id = x.task_id and s.step_no = x.step_no
        where x.task_id = p_task_id and s.state = 'error') a
      where a.age <= 5));
end
$$;

-- Closes the open entry of a task, if there is one.
create or replace function cairn.close_dead_letter(
  p_task_id bigint, p_status cairn.dead_letter_status, p_by text, p_now timestamptz)
returns void
language plpgsql
as $$
begin
  update cairn.dead_letters d
  set status = p_status, closed_at = p_now, closed_by = p_by
  where d.task_id = p_task_id and d.status in ('pending', 'investigating');
end
$$;

-- An entry that may be changed; locks it. Raises CN404 when there is none, CN409 when it is closed.
create or replace function cairn.dead_letter_to_change(p_id bigint) returns cairn.dead_letters
language plpgsql
as $$
declare
  d cairn.dead_letters;
begin
  select * into d from cairn.dead_letters where id = p_id;
  if d.id is null then
    raise exception 'there is no dead letter %', p_id using errcode = 'CN404', hint = 'dead_letter_not_found';
  end if;
  -- The task first, as everywhere.
  perform from cairn.task_core t where t.id = d.task_id for no key update;
  select * into d from cairn.dead_letters where id = p_id for no key update;
  if d.status not in ('pending', 'investigating') then
    raise exception 'dead letter % is closed: it is %', p_id, d.status
      using errcode = 'CN409', hint = 'dead_letter_closed', detail = jsonb_build_object('status', d.status);
  end if;
  return d;
end
$$;

-- Opens an entry by hand, for a task that somebody should look at.
create or replace function cairn.open_dead_letter(task_id bigint, by text, reason text) returns bigint
language plpgsql security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  v_id bigint;
begin
  perform cairn.check_who_and_why(by, reason);
  perform from cairn.task_core t where t.id = open_dead_letter.task_id for no key update;
  if not found then
    raise exception 'there is no task %', task_id using errcode = 'CN404', hint = 'task_not_found';
  end if;
  perform cairn.begin_action('open_dead_letter', by, reason, task_id);
  perform cairn.open_dead_letters(array[task_id], cairn.clock(), 'manual', reason);
  select d.id into v_id from cairn.dead_letters d
  where d.task_id = open_dead_letter.task_id and d.status in ('pending', 'investigating');
  perform cairn.end_action();
  return v_id;
end
$$;

comment on function cairn.open_dead_letter is 'Opens a dead letter for a task by hand; returns the open one.';

-- Notes what was found out; the entry is under investigation from then on.
create or replace function cairn.investigate_dead_letter(id bigint, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  d cairn.dead_letters;
begin
  perform cairn.check_who_and_why(by, reason);
  d := cairn.dead_letter_to_change(id);
  perform cairn.begin_action('investigate_dead_letter', by, reason, d.task_id, null, jsonb_build_object('dead_letter', id));
  update cairn.dead_letters x
  set status = 'investigating', notes = x.notes || cairn.note(by, reason)
  where x.id = d.id;
  perform cairn.end_action();
end
$$;

comment on function cairn.investigate_dead_letter is 'Adds a note to a dead letter; it is under investigation from then on.';

create or replace function cairn.note(p_by text, p_text text) returns jsonb
language sql volatile
as $$
  select jsonb_build_object('at', cairn.clock(), 'by', p_by, 'text', p_text);
$$;

-- Closes an entry. `retry` gives the failed steps new attempts, and the task resumes by itself; `resolve` ends the task
-- as dealt with elsewhere; `close` says that the task was looked at and goes on or has ended; `give_up` leaves it failed
-- for good; `cancel` cancels the task.
create or replace function cairn.resolve_dead_letter(id bigint, action text, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  d cairn.dead_letters;
  v_status cairn.dead_letter_status;
  v_state cairn.task_state;
begin
  perform cairn.check_who_and_why(by, reason);
  d := cairn.dead_letter_to_change(id);
  perform cairn.begin_action('resolve_dead_letter', by, reason, d.task_id, null,
    jsonb_build_object('dead_letter', id, 'action', action));
  case action
    when 'retry' then
      perform cairn.retry_task(d.task_id, by, reason);
      v_status := 'resolved';
    when 'resolve' then
      perform cairn.resolve_task(d.task_id, by, reason);
      v_status := 'resolved';
    when 'cancel' then
      perform cairn.cancel_task(d.task_id, by, reason);
      v_status := 'cancelled';
    when 'close' then v_status := 'resolved';
    when 'give_up' then
      update cairn.task_core t
      set prev_state = t.state, state = 'error', event = 'give_up', state_at = cairn.clock(), moved_at = cairn.clock(),
        finished_at = cairn.clock()
      where t.id = d.task_id and t.state = 'blocked_by_failures';
      select t.state into v_state from cairn.task_core t where t.id = d.task_id;
      if v_state is distinct from 'error' then
        raise exception 'task % is %: only one that failed, or is held by a failure, can be given up; close the entry, or '
            'cancel the task', d.task_id, v_state
          using errcode = 'CN409', hint = 'illegal_transition', detail = jsonb_build_object('state', v_state);
      end if;
      v_status := 'permanently_failed';
    else
      raise exception 'action must be retry, resolve, cancel, close or give_up, not %',
          coalesce(cairn.shown(action), 'null')
        using errcode = 'CN400', hint = 'invalid_action', detail = '{"pointer": "/action"}';
  end case;
  update cairn.dead_letters x
  set status = v_status, closed_at = cairn.clock(), closed_by = by, notes = x.notes || cairn.note(by, reason)
  where x.id = d.id;
  perform cairn.end_action();
end
$$;

comment on function cairn.resolve_dead_letter is
  'Closes a dead letter: retry, resolve, cancel, close or give_up. With retry the task resumes by itself.';
