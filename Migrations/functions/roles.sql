-- Who may do what: see docs/security.md. No function is open to PUBLIC; each role gets what it needs and nothing else.
--
--   cairn_server    what servers call: submits, sweeps, hooks, everything operators do, what the API reads
--   cairn_worker    the functions of a worker; no table, no other worker's steps, no namespace that it was not granted
--   cairn_auditor   reads: the views and the trails, without payloads unless those are granted as well

-- Makes the roles that are missing, without login, and grants them what they need. Needs CREATEROLE.
create or replace function cairn.create_roles() returns void
language plpgsql
as $$
declare
  v_role text;
begin
  foreach v_role in array array['cairn_server', 'cairn_worker', 'cairn_auditor'] loop
    if not exists (select from pg_roles where rolname = v_role) then
      begin
        execute format('create role %I nologin', v_role);
      -- Roles are the whole cluster's: another database may have made it in this moment.
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
  end loop;
  perform cairn.grant_roles();
end
$$;

comment on function cairn.create_roles is
  'Makes the roles cairn_server, cairn_worker and cairn_auditor where they are missing, and grants them what they need.';

-- Grants the roles that exist what they need, and everybody else nothing. Called at the end of every migration.
create or replace function cairn.grant_roles() returns void
language plpgsql
as $$
declare
  v_worker text[] := array[
    'register_worker', 'exchange', 'heartbeat', 'deregister_worker', 'held_steps', 'worker_template'];
  v_auditor text[] := array['explain_task', 'verify_history', 'history_chain', 'retention_json'];
  f record;
begin
  revoke execute on all functions in schema cairn from public;
  for f in
    select p.oid::regprocedure as signature, p.proname::text as name
    from pg_proc p
    where p.pronamespace = 'cairn'::regnamespace and p.prosecdef
  loop
    if f.name = any (v_worker) then
      perform cairn.grant_if('cairn_worker', format('execute on function %s', f.signature));
    elsif f.name not in ('set_hash_chain', 'grant_namespace', 'revoke_namespace') then
      perform cairn.grant_if('cairn_server', format('execute on function %s', f.signature));
    end if;
    if f.name = any (v_auditor) then
      perform cairn.grant_if('cairn_auditor', format('execute on function %s', f.signature));
    end if;
  end loop;
  perform cairn.grant_if(r, 'usage on schema cairn')
  from unnest(array['cairn_server', 'cairn_worker', 'cairn_auditor']) r;
  perform cairn.grant_if(r, 'select on cairn.schema_migrations')
  from unnest(array['cairn_server', 'cairn_worker', 'cairn_auditor']) r;
  -- What is asked for besides a change of it stays as it was.
  perform cairn.grant_if('cairn_server', 'select on cairn.retention');
  perform cairn.grant_if('cairn_auditor',
    'select on cairn.tasks, cairn.steps, cairn.attempts, cairn.task_history, cairn.step_history, cairn.operator_actions, '
    'cairn.namespaces, cairn.templates, cairn.template_steps, cairn.retention, cairn.transitions, cairn.moves, '
    'cairn.namespace_grants, cairn.hash_chain_switches');
  -- Not the tokens of workers, not the snapshots of tasks.
  perform cairn.grant_if('cairn_auditor', 'select (id, name, host, pid, version, state, namespaces, handlers, concurrency, '
    'poll_only, lease, registered_at, heartbeat_at, idle_since, ended_at, drained_by, drain_reason, reporting) on cairn.workers');
  -- The message holds the text of an error.
  if exists (select from pg_roles where rolname = 'cairn_auditor') then
    revoke select (message) on cairn.dead_letters from cairn_auditor;
  end if;
  perform cairn.grant_if('cairn_auditor', 'select (id, task_id, reason, status, notes, opened_at, closed_at, closed_by) '
    'on cairn.dead_letters');
  perform cairn.grant_if('cairn_auditor', 'select (id, task_id, webhook_id, task_state, ended_at, state, attempts, '
    'next_at, last_status, delivered_at, replayed_at) on cairn.hooks');
end
$$;

create or replace function cairn.grant_if(p_role text, p_what text) returns void
language plpgsql
as $$
begin
  if exists (select from pg_roles where rolname = p_role) then
    execute format('grant %s to %I', p_what, p_role);
  end if;
end
$$;

-- Whether who is logged in may read contexts, results and the text of errors: servers hand them out, others were granted it.
create or replace function cairn.may_read_payloads() returns boolean
language sql stable
as $$
  select has_function_privilege(session_user, 'cairn.task_json(bigint)', 'execute')
    or has_table_privilege(session_user, 'cairn.task_details', 'select')
$$;

create or replace function cairn.grant_namespace(role name, namespace text, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp
as $$
#variable_conflict use_variable
begin
  perform cairn.begin_action('grant_namespace', by, reason, null, null,
    jsonb_build_object('role', role, 'namespace', namespace));
  insert into cairn.namespace_grants (role, namespace, granted_at, granted_by)
  values (role, namespace, cairn.clock(), by)
  on conflict do nothing;
  perform cairn.end_action();
end
$$;

comment on function cairn.grant_namespace is 'Lets workers of a database role work for a namespace.';

create or replace function cairn.revoke_namespace(role name, namespace text, by text, reason text) returns void
language plpgsql security definer set search_path = cairn, pg_temp
as $$
#variable_conflict use_variable
begin
  perform cairn.begin_action('revoke_namespace', by, reason, null, null,
    jsonb_build_object('role', role, 'namespace', namespace));
  delete from cairn.namespace_grants g
  where g.role = revoke_namespace.role and g.namespace = revoke_namespace.namespace;
  perform cairn.end_action();
end
$$;

comment on function cairn.revoke_namespace is
  'Takes a namespace from the workers of a database role, from their next registration on.';

-- Refuses a worker of a role that was not granted all of its namespaces.
create or replace function cairn.check_namespace_grants(p_namespaces text[]) returns void
language plpgsql stable
as $$
declare
  v_missing text;
begin
  if cairn.is_owner() then
    return;
  end if;
  select string_agg(n, ', ') into v_missing
  from unnest(p_namespaces) n
  where not exists (
    select from cairn.namespace_grants g
    join pg_roles r on r.rolname = g.role
    where g.namespace = n and pg_has_role(session_user, r.oid, 'member'));
  if v_missing is not null then
    raise exception 'role % may not work for %: it was not granted', session_user, cairn.shown(v_missing)
      using errcode = 'CN403', hint = 'namespace_not_granted';
  end if;
end
$$;

-- The incarnation that a worker speaks for; none when it cannot prove to be it.
create or replace function cairn.worker_of(p_worker_id bigint, p_token uuid) returns cairn.workers
language plpgsql stable
as $$
declare
  w cairn.workers;
begin
  select * into w from cairn.workers where id = p_worker_id;
  if w.token is distinct from p_token and not cairn.is_owner() then
    return null;
  end if;
  return w;
end
$$;
