-- What people read. `select * from cairn.tasks` and `cairn.steps` stand on the narrow rows and their payloads.

-- Payloads are shown to whoever may read the tables that they stand in; to others the rest is shown.

-- Replaced, never dropped: grants on them stay, and so do views that others built over them. New columns come last.

create or replace view cairn.tasks as
select
  t.id, m.namespace, m.name as template_name, m.version as template_version, t.state, t.priority,
  m.step_count as steps,
  m.step_count - t.open_steps - t.failed_steps - t.tolerated_steps - t.dropped_steps as steps_complete,
  t.failed_steps + t.tolerated_steps as steps_failed,
  t.created_at,
  coalesce(t.started_at, (select min(s.started_at) from cairn.step_core s where s.task_id = t.id)) as started_at,
  t.finished_at, t.run_at,
  case when (select has_table_privilege('cairn.task_details', 'select')) then d.context else '"not granted"' end as context,
  case when (select has_table_privilege('cairn.task_details', 'select')) then d.headers else '"not granted"' end as headers, d.tags, d.correlation_id, d.parent_correlation_id, d.initiator,
  d.source_system, d.reason, d.idempotency_key, d.identity_key,
  t.ending is not distinct from 'cancelled' and t.state <> 'cancelled' as cancelling, t.state_at as state_since,
  t.dropped_steps as steps_skipped,
  case when d.callback_url is null or (select has_table_privilege('cairn.task_details', 'select')) then d.callback_url
    else 'not granted' end as callback_url
from cairn.task_core t
join cairn.templates m on m.id = t.template_id
join cairn.task_details d on d.task_id = t.id;

create or replace view cairn.steps as
select
  s.task_id, s.step_no, m.name, s.state, s.attempt, s.max_attempts, m.handler,
  array(
    select p.name from cairn.template_steps p
    where p.template_id = t.template_id and p.step_no = any (m.depends_on) order by p.step_no) as depends_on,
  s.waiting as waiting_for, s.worker_id, s.run_at, s.enqueued_at, s.started_at, s.finished_at,
  case when a.result is null or (select has_table_privilege('cairn.task_details', 'select')) then a.result else '"not granted"' end as result,
  case when a.error is null or (select has_table_privilege('cairn.task_details', 'select')) then a.error
    else jsonb_build_object('code', a.error -> 'code') end as error, m.on_failure
from cairn.step_core s
join cairn.task_core t on t.id = s.task_id
join cairn.template_steps m on m.template_id = t.template_id and m.step_no = s.step_no
left join lateral (
  select x.result, x.error from cairn.step_attempts x
  where x.task_id = s.task_id and x.step_no = s.step_no order by x.attempt desc limit 1
) a on true;

-- Every attempt that has ended, with how long it waited and ran.
create or replace view cairn.attempts as
select
  a.task_id, a.step_no, m.name as step, a.attempt, a.outcome, a.worker_id, a.enqueued_at, a.started_at, a.finished_at,
  a.started_at - a.enqueued_at as queue_time, a.finished_at - a.started_at as duration,
  case when a.result is null or (select has_table_privilege('cairn.task_details', 'select')) then a.result else '"not granted"' end as result,
  case when a.error is null or (select has_table_privilege('cairn.task_details', 'select')) then a.error
    else jsonb_build_object('code', a.error -> 'code') end as error
from cairn.step_attempts a
join cairn.task_core t on t.id = a.task_id
join cairn.template_steps m on m.template_id = t.template_id and m.step_no = a.step_no;
