-- What \d+ shows of failure and control. A test refuses a table, view or column without a comment.

comment on column cairn.templates.give_up_after_ms is 'how long a failure may hold a task before it ends in error; null for ever';
comment on column cairn.templates.fail_fast is 'whether the first failure ends the task, whatever else of it runs';
comment on column cairn.templates.stale is 'for states: after how long without progress (after_ms) what is done (action: dead_letter or error)';
comment on column cairn.templates.delayed_root_count is 'how many of the steps that depend on nothing have a delay';
comment on column cairn.template_steps.on_failure is 'what its final failure does: error, block, continue or skip_dependents';
comment on column cairn.template_steps.delay_ms is 'how long it waits once its dependencies are met';

comment on column cairn.task_core.ending is 'where a task goes that is being stopped, as soon as none of its steps runs';
comment on column cairn.task_core.blocking_steps is 'failed steps that leave the task to an operator';
comment on column cairn.task_core.tolerated_steps is 'failed steps that do not keep the task from completing';
comment on column cairn.task_core.dropped_steps is 'steps that were skipped or cancelled';
comment on column cairn.task_core.delayed_steps is 'steps that are ready but for their delay';
comment on column cairn.task_core.state_at is 'since when it is in its state';
comment on column cairn.task_core.moved_at is 'when one of its steps last made a difference';
comment on column cairn.step_core.stopping is 'it runs, but what it reports is not wanted any more';
comment on column cairn.step_core.delay_ms is 'how long it waits once its dependencies are met';
comment on column cairn.step_core.suspect is 'its workers died under it, and its next attempt is its last: it runs apart from its like';

comment on column cairn.namespaces.paused_at is 'since when nothing new starts; null when it is not paused';
comment on column cairn.namespaces.paused_by is 'who paused it';
comment on column cairn.namespaces.paused_reason is 'why';
comment on column cairn.namespaces.resumed_at is 'when a pause of it last ended';
comment on column cairn.workers.drained_by is 'who asked it to leave';
comment on column cairn.workers.drain_reason is 'why';
comment on column cairn.workers.reporting is 'steps whose outcome it has and cannot report, for somebody has their task locked';

comment on table cairn.operator_actions is 'What operators did: who, as which role, from where, and why. Append-only.';
comment on column cairn.operator_actions.id is 'order of the actions';
comment on column cairn.operator_actions.at is 'when';
comment on column cairn.operator_actions.action is 'the function that was called';
comment on column cairn.operator_actions.task_id is 'the task it was done to';
comment on column cairn.operator_actions.step_no is 'the step it was done to';
comment on column cairn.operator_actions.actor is 'who, as they named themselves';
comment on column cairn.operator_actions.reason is 'why';
comment on column cairn.operator_actions.role is 'the database role of the connection';
comment on column cairn.operator_actions.address is 'the address of whoever asked; local for a unix socket';
comment on column cairn.operator_actions.details is 'what the action was given';
comment on column cairn.operator_actions.xid is 'the transaction that did it: the same as in the histories';

comment on table cairn.dead_letters is 'Tasks that somebody has to look at, with the task as it was. One open entry a task.';
comment on column cairn.dead_letters.id is 'id of the entry';
comment on column cairn.dead_letters.task_id is 'the task';
comment on column cairn.dead_letters.reason is 'retries_exhausted, permanent_error, poison (its workers died), stale or manual';
comment on column cairn.dead_letters.status is 'pending, investigating, resolved, permanently_failed or cancelled';
comment on column cairn.dead_letters.message is 'which step failed, and with what';
comment on column cairn.dead_letters.snapshot is 'the task, its steps and the last attempts of those that failed';
comment on column cairn.dead_letters.notes is 'what was found out: at, by, text';
comment on column cairn.dead_letters.opened_at is 'when it was opened';
comment on column cairn.dead_letters.closed_at is 'when it was closed';
comment on column cairn.dead_letters.closed_by is 'by whom';

comment on table cairn.sweep_position is 'Where the sweep goes on with its walk over unfinished tasks.';
comment on column cairn.sweep_position.name is 'which walk';
comment on column cairn.sweep_position.state is 'the state of the task it saw last';
comment on column cairn.sweep_position.task_id is 'the task it saw last';

comment on column cairn.tasks.cancelling is 'it is being cancelled, and steps of it still run';
comment on column cairn.tasks.state_since is 'since when it is in its state';
comment on column cairn.tasks.callback_url is 'who is to be told when it ends; it may hold a secret, so it is shown as payloads are';
comment on column cairn.tasks.steps_skipped is 'how many of them were skipped or cancelled';
comment on column cairn.steps.on_failure is 'what its final failure does: error, block, continue or skip_dependents';

comment on column cairn.task_details.callback_url is 'who is to be told when it ends';
comment on column cairn.task_core.has_hook is 'whether somebody is to be told when it ends';
comment on table cairn.hooks is 'Terminal hooks: who is to be told of the end of a task, and whether that was done.';
comment on column cairn.hooks.id is 'id of the hook';
comment on column cairn.hooks.task_id is 'the task that ended';
comment on column cairn.hooks.webhook_id is 'the id by which a receiver tells repetitions; the same over retries and replays';
comment on column cairn.hooks.url is 'where it is posted to';
comment on column cairn.hooks.task_state is 'how the task ended';
comment on column cairn.hooks.ended_at is 'when it ended';
comment on column cairn.hooks.state is 'pending, delivered or dead';
comment on column cairn.hooks.attempts is 'how often its delivery was begun';
comment on column cairn.hooks.next_at is 'when it is tried next; null when it is not';
comment on column cairn.hooks.last_status is 'the status of the last answer; null when there was none';
comment on column cairn.hooks.last_error is 'what went wrong with the last delivery';
comment on column cairn.hooks.attempts_before is 'how many of them were before the last replay';
comment on column cairn.hooks.delivered_at is 'when it was last accepted';
comment on column cairn.hooks.replayed_at is 'when an operator last had it delivered again';

comment on table cairn.retention is 'How long finished tasks and the history are kept: one row.';
comment on column cairn.retention.one is 'there is one row only';
comment on column cairn.retention.keep_tasks is 'how long a task is kept after its end; null for ever';
comment on column cairn.retention.keep_history is 'how long the history is kept; null for ever';
comment on column cairn.retention.changed_at is 'when that was last said';
comment on column cairn.retention.changed_by is 'by whom';

comment on column cairn.task_history.hash is 'hash of this row and the one before, when the chain is on';
comment on column cairn.step_history.hash is 'hash of this row and the one before, when the chain is on';
comment on table cairn.hash_chain_switches is 'When the chain of hashes was switched on and off. Append-only.';
comment on column cairn.hash_chain_switches.from_id is 'rows of the histories with greater ids were written from then on';
comment on column cairn.hash_chain_switches.enabled is 'whether it was switched on';
comment on column cairn.hash_chain_switches.switched_at is 'when';
comment on column cairn.hash_chain_switches.switched_by is 'by whom';

comment on column cairn.workers.token is 'what the incarnation proves itself with';
comment on table cairn.namespace_grants is 'The namespaces that workers of a database role may work for.';
comment on column cairn.namespace_grants.role is 'the database role';
comment on column cairn.namespace_grants.namespace is 'the namespace';
comment on column cairn.namespace_grants.granted_at is 'when it was granted';
comment on column cairn.namespace_grants.granted_by is 'by whom';
comment on view cairn.attempts is 'Every attempt that has ended: when, on which worker, how, with what.';
comment on column cairn.attempts.task_id is 'the task';
comment on column cairn.attempts.step_no is 'the number of the step';
comment on column cairn.attempts.step is 'the name of the step';
comment on column cairn.attempts.attempt is 'the number of the attempt, from 1';
comment on column cairn.attempts.outcome is 'succeeded, retryable, permanent, timed_out, lease_lost, cancelled, completed_manually or resolved_manually';
comment on column cairn.attempts.worker_id is 'the incarnation that ran it; null when an operator settled it';
comment on column cairn.attempts.enqueued_at is 'since when it was ready';
comment on column cairn.attempts.started_at is 'when it was claimed';
comment on column cairn.attempts.finished_at is 'when its end was recorded';
comment on column cairn.attempts.queue_time is 'how long it was ready before it was claimed';
comment on column cairn.attempts.duration is 'how long it ran';
comment on column cairn.attempts.result is 'its result';
comment on column cairn.attempts.error is 'its error';

comment on column cairn.task_details.passed_key is 'the identity key that a newer task has now; taken back by a repair';

comment on table cairn.sweepers is 'One row: whether servers sweep seldom, for nothing is under way.';
comment on column cairn.sweepers.one is 'true: there is one row';
comment on column cairn.sweepers.idle_at is 'when that was last so; who brings tasks within a minute of it notifies them';
