-- What an operator can do to namespaces and workers.

-- Lets running steps of a namespace finish, and starts nothing new.
create or replace function cairn.pause_namespace(namespace text, by text, reason text) returns boolean
language plpgsql security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
begin
  return cairn.switch_namespace('pause_namespace', namespace, by, reason, true);
end
$$;

comment on function cairn.pause_namespace is
  'Starts nothing new in a namespace; running steps finish. False when it was paused before.';

create or replace function cairn.resume_namespace(namespace text, by text, reason text) returns boolean
language plpgsql security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
begin
  return cairn.switch_namespace('resume_namespace', namespace, by, reason, false);
end
$$;

comment on function cairn.resume_namespace is 'Ends the pause of a namespace. False when it was not paused.';

create or replace function cairn.switch_namespace(
  p_action text, p_namespace text, p_by text, p_reason text, p_pause boolean)
returns boolean
language plpgsql
as $$
declare
  n cairn.namespaces;
begin
  perform cairn.check_who_and_why(p_by, p_reason);
  select * into n from cairn.namespaces where name = p_namespace for no key update;
  if n.id is null then
    raise exception 'there is no namespace %; %', cairn.shown(p_namespace), cairn.known_namespaces()
      using errcode = 'CN404', hint = 'namespace_not_found';
  end if;
  perform cairn.begin_action(p_action, p_by, p_reason, null, null, jsonb_build_object('namespace', p_namespace));
  perform cairn.end_action();
  if (n.paused_at is not null) = p_pause then
    return false;
  end if;
  update cairn.namespaces
  set paused_at = case when p_pause then cairn.clock() end, paused_by = case when p_pause then p_by end,
    paused_reason = case when p_pause then p_reason end,
    resumed_at = case when p_pause then resumed_at else cairn.clock() end
  where id = n.id;
  if not p_pause then
    perform cairn.wake_workers(array[n.id]);
  end if;
  return true;
end
$$;

-- Which namespaces there are, for who has named another one.
create or replace function cairn.known_namespaces() returns text
language sql stable
as $$
  select coalesce('those there are: ' || string_agg(name, ', ' order by name), 'there is none yet')
  from (select n.name from cairn.namespaces n order by n.name limit 20) x;
$$;

-- Asks a worker to finish what it runs and leave. It learns that with its next heartbeat, or at once when it listens.
create or replace function cairn.drain_worker(worker_id bigint, by text, reason text) returns boolean
language plpgsql security definer set search_path = cairn, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  w cairn.workers;
begin
  perform cairn.check_who_and_why(by, reason);
  select * into w from cairn.workers where id = worker_id for no key update;
  if w.id is null then
    raise exception 'there is no worker %', worker_id using errcode = 'CN404', hint = 'worker_not_found';
  elsif w.state not in ('live', 'draining') then
    raise exception 'worker % has ended: it is %', worker_id, w.state
      using errcode = 'CN409', hint = 'worker_ended', detail = jsonb_build_object('state', w.state);
  end if;
  perform cairn.begin_action('drain_worker', by, reason, null, null, jsonb_build_object('worker', worker_id));
  perform cairn.end_action();
  if w.state = 'draining' then
    return false;
  end if;
  update cairn.workers
  set state = 'draining', idle_since = null, drained_by = by, drain_reason = reason
  where id = w.id;
  perform pg_notify('cairn_worker_' || w.id, '');
  return true;
end
$$;

comment on function cairn.drain_worker is
  'Asks a worker to finish what it runs and leave. False when it is leaving already.';
