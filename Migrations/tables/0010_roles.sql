-- Who may do what. The roles themselves belong to the cluster, not to this database: cairn.create_roles makes them.

-- What a worker proves itself with: nobody can speak for another's incarnation by knowing its number.
alter table cairn.workers add column token uuid not null default gen_random_uuid();

-- The namespaces that a database role may work for. Roles that own the schema need no grant.
create table cairn.namespace_grants (
  role name not null,
  namespace text not null,
  granted_at timestamptz not null,
  granted_by text not null,
  primary key (role, namespace)
);

-- Their arguments change.
drop function if exists cairn.register_worker(
  text, text, integer, text, text[], text[], integer, boolean, interval);
drop function if exists cairn.exchange(
  bigint, bigint[], integer[], smallint[], text[], jsonb[], bigint[], integer, integer[], smallint[], bigint[], boolean);
drop function if exists cairn.heartbeat(bigint, boolean, bigint[], integer[], smallint[]);
drop function if exists cairn.deregister_worker(bigint);
drop function if exists cairn.held_steps(bigint);
drop function if exists cairn.worker_template(bigint, bigint);
