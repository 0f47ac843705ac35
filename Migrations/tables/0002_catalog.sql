-- What is registered: namespaces, handler names, and templates compiled so that SQL alone can instantiate a DAG.

create table cairn.namespaces (
  id integer generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  created_at timestamptz not null default now()
);

create table cairn.handlers (
  id integer generated always as identity primary key,
  name text not null unique
);

create table cairn.templates (
  id bigint generated always as identity primary key,
  namespace text not null references cairn.namespaces (name),
  namespace_id integer not null references cairn.namespaces (id),
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  version text not null,
  version_rank integer[] not null,
  description text,
  identity text not null check (identity in ('strict', 'caller_provided', 'always_unique')),
  input_schema jsonb,
  step_count integer not null check (step_count > 0),
  root_count integer not null check (root_count > 0),
  definition jsonb not null,
  digest text not null,
  registered_at timestamptz not null default now(),
  unique (namespace, name, version)
);

create table cairn.template_steps (
  template_id bigint not null references cairn.templates (id),
  step_no integer not null check (step_no > 0),
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  description text,
  handler text not null references cairn.handlers (name),
  handler_id integer not null references cairn.handlers (id),
  config jsonb not null,
  depends_on integer[] not null,
  dependents integer[] not null,
  results_needed integer[] not null,
  results_names text[] not null,
  input_literal jsonb,
  input_paths jsonb,
  timeout_ms bigint not null check (timeout_ms > 0),
  max_attempts integer not null check (max_attempts between 1 and 100),
  backoff text not null check (backoff in ('none', 'fixed', 'linear', 'exponential', 'fibonacci')),
  backoff_base_ms bigint not null check (backoff_base_ms >= 0),
  backoff_max_ms bigint not null check (backoff_max_ms >= 0),
  jitter double precision not null check (jitter between 0 and 1),
  primary key (template_id, step_no),
  unique (template_id, name)
);
