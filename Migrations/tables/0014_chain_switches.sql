-- In the order in which everybody writes, or a submit that comes meanwhile ends in a deadlock.
lock table cairn.task_core in exclusive mode;
lock table cairn.task_history, cairn.step_history in access exclusive mode;

-- The chain of hashes asks for the last row of a step at every row of it; whoever asks for a whole task reads a range
-- of the same index and sorts. It takes the place of the index over (task_id, id): one more would cost every settle.
drop index cairn.step_history_task;
create index step_history_task on cairn.step_history (task_id, step_no, id);

-- Since when the chain is on, and since when it is off again: rows with greater ids than `from_id` were written from
-- then on, whenever their transactions began. So a row that should have a hash is known without it.
create table cairn.hash_chain_switches (
  from_id bigint primary key,
  enabled boolean not null,
  switched_at timestamptz not null,
  switched_by text not null
);

-- Where the chain is on already nobody has noted since when: from now on it counts.
insert into cairn.hash_chain_switches (from_id, enabled, switched_at, switched_by)
select nextval('cairn.history_ids'), true, clock_timestamp(), 'cairn'
where exists (select from pg_trigger where tgrelid = 'cairn.step_history'::regclass and tgname = 'chain');
