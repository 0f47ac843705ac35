-- The outbox of terminal hooks: who asked to be told of a task's end is told, once for each end. The row is written in
-- the transaction that ends the task, whoever ends it; servers deliver it.

alter table cairn.task_details add column callback_url text;
alter table cairn.task_core add column has_hook boolean not null default false;

create type cairn.hook_state as enum ('pending', 'delivered', 'dead');

create table cairn.hooks (
  id bigint generated always as identity primary key,
  task_id bigint not null,
  webhook_id uuid not null default gen_random_uuid() unique,
  url text not null,
  task_state cairn.task_state not null,
  ended_at timestamptz not null,
  state cairn.hook_state not null default 'pending',
  attempts integer not null default 0,
  next_at timestamptz,
  last_status integer,
  last_error text,
  delivered_at timestamptz,
  replayed_at timestamptz
) with (fillfactor = 70);

create index hooks_task on cairn.hooks (task_id);
create index hooks_due on cairn.hooks (next_at) where state = 'pending';
create index hooks_state on cairn.hooks (state, id) where state <> 'delivered';
