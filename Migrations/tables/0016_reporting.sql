-- What a worker has finished and cannot report, for somebody has the task locked. The sweep leaves that to it for a while.
create type cairn.step_key as (task_id bigint, step_no integer);

alter table cairn.workers add column reporting cairn.step_key[] not null default '{}'
  check (cardinality(reporting) <= 1000);
