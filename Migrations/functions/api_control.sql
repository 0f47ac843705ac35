-- What operators look at, as JSON for the REST interface: one step with its attempts, why something waits, dead letters.

-- A span as templates write it, in the greatest unit that divides it: 30d, 36h, 90s; null stays null.
create or replace function cairn.duration_text(p_interval interval) returns text
language sql immutable
as $$
  select case
    when s % 86400 = 0 then s / 86400 || 'd'
    when s % 3600 = 0 then s / 3600 || 'h'
    when s % 60 = 0 then s / 60 || 'm'
    else s || 's'
  end
  from (select extract(epoch from p_interval)::bigint as s) x;
$$;

-- One step with all its attempts, the first one first; the one that runs has no outcome yet. Raises CN404.
create or replace function cairn.step_json(p_task_id bigint, p_step text) returns json
language plpgsql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  t cairn.task_core;
  s cairn.step_core;
  m cairn.template_steps;
begin
  select * into t from cairn.task_core c where c.id = p_task_id;
  if t.id is null then
    raise exception 'there is no task %', p_task_id using errcode = 'CN404', hint = 'task_not_found';
  end if;
  select * into m from cairn.template_steps x where x.template_id = t.template_id and x.name = p_step;
  if m.step_no is null then
    raise exception 'task % has no step %', p_task_id, cairn.shown(p_step)
      using errcode = 'CN404', hint = 'step_not_found';
  end if;
  select * into s from cairn.step_core c where c.task_id = t.id and c.step_no = m.step_no;
  return (
    select json_build_object(
      'task_id', t.id, 'task_state', t.state, 'name', v.name, 'step_no', v.step_no, 'kind', 'step',
      'handler', v.handler, 'state', v.state, 'stopping', s.stopping, 'attempt', v.attempt,
      'max_attempts', v.max_attempts, 'on_failure', v.on_failure, 'timeout_ms', s.timeout_ms,
      'depends_on', v.depends_on, 'worker',
      case when v.state not in ('pending', 'enqueued', 'waiting_for_retry') then v.worker_id end,
      'run_at', v.run_at, 'enqueued_at', v.enqueued_at, 'started_at', v.started_at, 'expires_at', s.expires_at,
      'finished_at', v.finished_at, 'result', v.result, 'error', v.error, 'attempts', cairn.attempts_json(s))
    from cairn.steps v where v.task_id = t.id and v.step_no = s.step_no);
end
$$;

comment on function cairn.step_json is
  'A step with all its attempts, as GET /v1/tasks/{id}/steps/{name} answers it.';

create or replace function cairn.attempts_json(s cairn.step_core) returns json
language sql stable
as $$
  select coalesce(json_agg(json_build_object(
      'attempt', a.attempt, 'outcome', a.outcome, 'worker', a.worker_id, 'enqueued_at', a.enqueued_at,
      'started_at', a.started_at, 'finished_at', a.finished_at,
      'queue_ms', (extract(epoch from a.started_at - a.enqueued_at) * 1000)::bigint,
      'duration_ms', (extract(epoch from coalesce(a.finished_at, cairn.clock()) - a.started_at) * 1000)::bigint,
      'result', a.result, 'error', a.error) order by a.attempt), '[]')
  from (
    select x.attempt, x.outcome, x.worker_id, x.enqueued_at, x.started_at, x.finished_at, x.result, x.error
    from cairn.step_attempts x where x.task_id = s.task_id and x.step_no = s.step_no
    union all
    select s.attempt, null, s.worker_id, s.enqueued_at, s.started_at, null, null, null
    where s.state = 'in_progress') a;
$$;

-- Why a task, or one step of it, does not go on. Raises CN404.
create or replace function cairn.explain_json(p_task_id bigint, p_step text default null) returns json
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select json_build_object('id', p_task_id, 'explanations', coalesce(json_agg(json_build_object(
    'step', e.step_name, 'state', e.state, 'reason', e.reason, 'explanation', e.explanation,
    'what_to_do', e.what_to_do)), '[]'))
  from cairn.explain_task(p_task_id, p_step) e;
$$;

comment on function cairn.explain_json is
  'Why a task or one of its steps waits, as GET /v1/tasks/{id}/explain answers it.';

-- A dead letter without its snapshot.
create or replace function cairn.dead_letter_fields(d cairn.dead_letters) returns json
language sql stable
as $$
  select json_build_object(
    'id', d.id, 'task_id', d.task_id, 'namespace', m.namespace, 'template_name', m.name,
    'template_version', m.version, 'task_state', t.state, 'reason', d.reason, 'status', d.status,
    'message', d.message, 'opened_at', d.opened_at, 'closed_at', d.closed_at, 'closed_by', d.closed_by,
    'notes', d.notes)
  from (select) x
  left join cairn.task_core t on t.id = d.task_id
  left join cairn.templates m on m.id = t.template_id;
$$;

-- A page of dead letters, the newest first. `p_open`: only those that nobody has closed.
create or replace function cairn.dead_letters_json(
  p_open boolean default false, p_status text default null, p_reason text default null,
  p_namespace text default null, p_template_name text default null, p_task_id bigint default null,
  p_opened_after timestamptz default null, p_opened_before timestamptz default null, p_limit integer default 50,
  p_after bigint default null)
returns json
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select json_build_object(
    'dead_letters', coalesce(json_agg(cairn.dead_letter_fields(d) order by (d).id desc), '[]'),
    'next', case when count(*) = p_limit then min((d).id) end)
  from (
    select x as d from cairn.dead_letters x
    join cairn.task_core t on t.id = x.task_id
    join cairn.templates m on m.id = t.template_id
    where (not p_open or x.status in ('pending', 'investigating'))
      and (p_status is null or x.status = p_status::cairn.dead_letter_status)
      and (p_reason is null or x.reason = p_reason::cairn.dead_letter_reason)
      and (p_namespace is null or m.namespace = p_namespace)
      and (p_template_name is null or m.name = p_template_name)
      and (p_task_id is null or x.task_id = p_task_id)
      and (p_opened_after is null or x.opened_at > p_opened_after)
      and (p_opened_before is null or x.opened_at < p_opened_before)
      and (p_after is null or x.id < p_after)
    order by x.id desc limit p_limit) page;
$$;

comment on function cairn.dead_letters_json is 'A page of dead letters, as GET /v1/dlq answers it.';

create or replace function cairn.dead_letter_json(p_id bigint) returns json
language sql stable security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
  select json_object_agg(f.key, f.value)
  from cairn.dead_letters d,
  lateral (
    select key, value from json_each(cairn.dead_letter_fields(d))
    union all select 'snapshot', d.snapshot::json) f
  where d.id = p_id;
$$;

comment on function cairn.dead_letter_json is
  'A dead letter with its snapshot, as GET /v1/dlq/{id} answers it; null when there is none.';

-- How many dead letters there are, and what those are about that nobody has closed.
create or replace function cairn.dead_letter_stats_json() returns json
language sql stable security definer set search_path = cairn, pg_temp set jit = off
as $$
  with open as (
    select d.reason, d.opened_at, m.namespace, m.name
    from cairn.dead_letters d
    join cairn.task_core t on t.id = d.task_id
    join cairn.templates m on m.id = t.template_id
    where d.status in ('pending', 'investigating'))
  select json_build_object(
    'total', (select count(*) from cairn.dead_letters),
    'open', (select count(*) from open),
    'oldest_opened_at', (select min(opened_at) from open),
    'by_status', (
      select coalesce(json_object_agg(status, n), '{}')
      from (select status, count(*) as n from cairn.dead_letters group by status order by status) x),
    'open_by_reason', (
      select coalesce(json_object_agg(reason, n), '{}')
      from (select reason, count(*) as n from open group by reason order by reason) x),
    'open_by_template', (
      select coalesce(json_agg(json_build_object('namespace', namespace, 'template_name', name, 'open', n)), '[]')
      from (select namespace, name, count(*) as n from open group by 1, 2 order by 3 desc, 1, 2 limit 20) x));
$$;

comment on function cairn.dead_letter_stats_json is 'Counts of dead letters, as GET /v1/dlq/stats answers them.';
