-- One row per incarnation of a worker: a restart is a new row, whatever the host name.

create table cairn.workers (
  id bigint generated always as identity primary key,
  name text not null,
  host text not null,
  pid integer not null,
  version text not null,
  state text not null default 'live' check (state in ('live', 'draining', 'stopped', 'lost')),
  namespaces text[] not null check (namespaces <> '{}'),
  namespace_ids integer[] not null,
  handlers text[] not null check (handlers <> '{}'),
  handler_ids integer[] not null,
  concurrency integer not null check (concurrency > 0),
  poll_only boolean not null default false,
  lease interval not null,
  registered_at timestamptz not null,
  heartbeat_at timestamptz not null,
  idle_since timestamptz,
  ended_at timestamptz
) with (fillfactor = 50);

create index workers_present on cairn.workers (id) where state in ('live', 'draining');

-- The claims of one call, on their way to their worker: four arrays of one length.
create type cairn.claims as (tasks bigint[], steps integer[], attempts smallint[], ranks smallint[]);
