-- What \d+ shows in psql. A test refuses a table, view or column without a comment.

comment on schema cairn is 'Cairn: DAG workflow orchestration. Start with cairn.tasks, cairn.steps and the two histories.';

comment on table cairn.transitions is 'Every legal single transition of the two state machines.';
comment on column cairn.transitions.machine is 'task or step';
comment on column cairn.transitions.event is 'what happens';
comment on column cairn.transitions.from_state is 'the state before; null for the beginning';
comment on column cairn.transitions.to_state is 'the state after';

comment on table cairn.moves is 'What one commit may do to a row: walks along legal transitions. The triggers that refuse everything else are built from it.';
comment on column cairn.moves.machine is 'task or step';
comment on column cairn.moves.event is 'the event that names the move in the history';
comment on column cairn.moves.path is 'every state of the walk, first to last';
comment on column cairn.moves.created is 'true for the move that makes the row';
comment on column cairn.moves.from_state is 'the committed state before; null when the row is made';
comment on column cairn.moves.to_state is 'the committed state after';

comment on table cairn.namespaces is 'Namespaces: a pool of workers serves one or more of them.';
comment on column cairn.namespaces.id is 'short id, used in narrow rows';
comment on column cairn.namespaces.name is 'the name in templates and requests';
comment on column cairn.namespaces.created_at is 'when it was first named';

comment on table cairn.handlers is 'Handler names, numbered for narrow rows.';
comment on column cairn.handlers.id is 'short id';
comment on column cairn.handlers.name is 'the name in templates, such as cairn.http';

comment on table cairn.templates is 'Registered task templates. A version is immutable; tasks keep the version they started with.';
comment on column cairn.templates.id is 'id of this version';
comment on column cairn.templates.namespace is 'the namespace whose workers run it';
comment on column cairn.templates.namespace_id is 'the same as a short id';
comment on column cairn.templates.name is 'the name in requests';
comment on column cairn.templates.version is 'semantic version';
comment on column cairn.templates.version_rank is 'order of versions: release before pre-release, then major, minor, patch';
comment on column cairn.templates.description is 'what it is for';
comment on column cairn.templates.identity is 'what makes two tasks the same: strict, caller_provided or always_unique';
comment on column cairn.templates.input_schema is 'JSON Schema that a context must satisfy';
comment on column cairn.templates.step_count is 'how many steps it has';
comment on column cairn.templates.root_count is 'how many of them depend on nothing';
comment on column cairn.templates.definition is 'the template as it was registered';
comment on column cairn.templates.digest is 'SHA-256 of the definition';
comment on column cairn.templates.registered_at is 'when it was registered';

comment on table cairn.template_steps is 'The compiled steps of each template.';
comment on column cairn.template_steps.template_id is 'the template';
comment on column cairn.template_steps.step_no is 'the number of the step, in an order in which dependencies come first';
comment on column cairn.template_steps.name is 'the name in the template';
comment on column cairn.template_steps.description is 'what it does';
comment on column cairn.template_steps.handler is 'the handler that runs it';
comment on column cairn.template_steps.handler_id is 'the same as a short id';
comment on column cairn.template_steps.config is 'the handler''s configuration';
comment on column cairn.template_steps.depends_on is 'numbers of the steps it waits for';
comment on column cairn.template_steps.dependents is 'numbers of the steps that wait for it';
comment on column cairn.template_steps.results_needed is 'numbers of the steps whose results its input needs';
comment on column cairn.template_steps.results_names is 'the names of those steps, in the same order';
comment on column cairn.template_steps.input_literal is 'the mapped input with null where paths go; null without a mapping';
comment on column cairn.template_steps.input_paths is 'the SQL/JSON paths of the mapping and where their values go';
comment on column cairn.template_steps.plain_keys is
  'a mapping of plain members, which is read without paths: where its values go; null when it is no such mapping';
comment on column cairn.template_steps.plain_steps is
  'the step whose result each value comes from; null: the context';
comment on column cairn.template_steps.plain_members is 'the members on the way to each value, with points between';
comment on column cairn.template_steps.timeout_ms is 'how long an attempt may run';
comment on column cairn.template_steps.max_attempts is 'how often it may run in all';
comment on column cairn.template_steps.backoff is 'how waits grow: none, fixed, linear, exponential or fibonacci';
comment on column cairn.template_steps.backoff_base_ms is 'the unit of the waits';
comment on column cairn.template_steps.backoff_max_ms is 'no wait is longer';
comment on column cairn.template_steps.jitter is 'by which fraction a wait may be shorter or longer';

comment on table cairn.task_core is 'The narrow rows behind cairn.tasks. The row is the task''s lock: whoever changes more than one step locks it first.';
comment on column cairn.task_core.id is 'id of the task';
comment on column cairn.task_core.namespace_id is 'its namespace';
comment on column cairn.task_core.template_id is 'the template version it was made from';
comment on column cairn.task_core.state is 'its state';
comment on column cairn.task_core.prev_state is 'the state that the last update found; the history is written from it';
comment on column cairn.task_core.history_id is
  'the last entry in the history that was written by the statement which made the row or changed its state, and not by the trigger';
comment on column cairn.task_core.event is 'the event of the last change of state';
comment on column cairn.task_core.priority is 'higher runs first';
comment on column cairn.task_core.open_steps is 'steps in no terminal state';
comment on column cairn.task_core.active_steps is 'steps enqueued or in progress';
comment on column cairn.task_core.retrying_steps is 'steps waiting for their retry';
comment on column cairn.task_core.failed_steps is 'steps in error';
comment on column cairn.task_core.created_at is 'when it was submitted';
comment on column cairn.task_core.started_at is 'when its first step started; written when that step is settled';
comment on column cairn.task_core.finished_at is 'when it reached a terminal state';
comment on column cairn.task_core.run_at is 'not before this time';

comment on table cairn.task_details is 'The payload of tasks: written once.';
comment on column cairn.task_details.task_id is 'the task';
comment on column cairn.task_details.context is 'the input of the whole task';
comment on column cairn.task_details.headers is 'string pairs that every step sees';
comment on column cairn.task_details.tags is 'words to find it by';
comment on column cairn.task_details.correlation_id is 'the caller''s id for what this belongs to';
comment on column cairn.task_details.parent_correlation_id is 'the correlation id of what caused it';
comment on column cairn.task_details.initiator is 'who asked for it';
comment on column cairn.task_details.source_system is 'the system that asked for it';
comment on column cairn.task_details.reason is 'why it was submitted';
comment on column cairn.task_details.idempotency_key is 'the caller''s key';
comment on column cairn.task_details.identity_key is 'what makes it the same as another task; unique';

comment on table cairn.step_core is 'The narrow rows behind cairn.steps.';
comment on column cairn.step_core.task_id is 'the task';
comment on column cairn.step_core.step_no is 'the number of the step in its template';
comment on column cairn.step_core.namespace_id is 'whose workers may claim it';
comment on column cairn.step_core.handler_id is 'the handler that runs it';
comment on column cairn.step_core.state is 'its state';
comment on column cairn.step_core.prev_state is 'the state that the last update found; the history is written from it';
comment on column cairn.step_core.history_id is
  'the last entry in the history that was written by the statement which made the row or changed its state, and not by the trigger';
comment on column cairn.step_core.event is 'the event of the last change of state';
comment on column cairn.step_core.waiting is 'how many dependencies are not complete';
comment on column cairn.step_core.rank is 'the negated priority: lower is claimed first';
comment on column cairn.step_core.attempt is 'the number of the present or last attempt; 0 before the first';
comment on column cairn.step_core.max_attempts is 'how often it may run in all';
comment on column cairn.step_core.worker_id is 'the worker that runs or last ran it';
comment on column cairn.step_core.timeout_ms is 'how long an attempt may run';
comment on column cairn.step_core.run_at is 'when the retry is due';
comment on column cairn.step_core.due_at is 'run_at, while it waits for that';
comment on column cairn.step_core.ready is 'whether it is enqueued; stands in the index of claims, where the state would change with each attempt';
comment on column cairn.step_core.enqueued_at is 'when it last became ready';
comment on column cairn.step_core.started_at is 'when the present or last attempt started';
comment on column cairn.step_core.expires_at is 'when the present attempt times out';
comment on column cairn.step_core.finished_at is 'when it reached a terminal state';
comment on column cairn.step_core.dependents is 'numbers of the steps that wait for it';

comment on table cairn.step_claims is
  'What workers have claimed: one row for each time one took steps. It holds no other step; which of these it still holds, the steps say.';
comment on column cairn.step_claims.worker_id is 'the worker';
comment on column cairn.step_claims.id is 'the number of the claim';
comment on column cairn.step_claims.expires_at is 'when the first of its attempts times out';
comment on column cairn.step_claims.tasks is 'the tasks of the steps';
comment on column cairn.step_claims.steps is 'the numbers of the steps, one for each task';
comment on column cairn.step_claims.suspect is 'whether it is of a step that is suspected of killing its workers';

comment on table cairn.step_attempts is 'Every finished attempt of every step: written once.';
comment on column cairn.step_attempts.task_id is 'the task';
comment on column cairn.step_attempts.step_no is 'the step';
comment on column cairn.step_attempts.attempt is 'the number of the attempt, from 1';
comment on column cairn.step_attempts.outcome is 'succeeded, retryable, permanent, timed_out or lease_lost';
comment on column cairn.step_attempts.worker_id is 'the worker that ran it';
comment on column cairn.step_attempts.enqueued_at is 'when it became ready: the queue time runs from here';
comment on column cairn.step_attempts.started_at is 'when a worker claimed it';
comment on column cairn.step_attempts.finished_at is 'when its end was recorded';
comment on column cairn.step_attempts.result is 'the result of a success';
comment on column cairn.step_attempts.error is 'the error of a failure: code, message and more';

comment on table cairn.task_history is 'Append-only: one row per committed change of a task''s state.';
comment on column cairn.task_history.id is 'orders the rows of one task';
comment on column cairn.task_history.task_id is 'the task';
comment on column cairn.task_history.at is 'when';
comment on column cairn.task_history.event is 'what happened';
comment on column cairn.task_history.from_state is 'the state before; null at the beginning';
comment on column cairn.task_history.to_state is 'the state after';
comment on column cairn.task_history.path is 'every state passed through, first to last';
comment on column cairn.task_history.actor is 'who did it, when a person did';
comment on column cairn.task_history.reason is 'why, when a person did it';
comment on column cairn.task_history.xid is 'the transaction that did it';

comment on table cairn.step_history is 'Append-only: one row per committed change of a step''s state.';
comment on column cairn.step_history.id is 'orders the rows of one task';
comment on column cairn.step_history.task_id is 'the task';
comment on column cairn.step_history.step_no is 'the step';
comment on column cairn.step_history.at is 'when';
comment on column cairn.step_history.event is 'what happened';
comment on column cairn.step_history.from_state is 'the state before; null at the beginning';
comment on column cairn.step_history.to_state is 'the state after';
comment on column cairn.step_history.path is 'every state passed through, first to last';
comment on column cairn.step_history.attempt is 'the attempt it belongs to';
comment on column cairn.step_history.worker_id is 'the worker that held the step';
comment on column cairn.step_history.actor is 'who did it, when a person did';
comment on column cairn.step_history.reason is 'why, when a person did it';
comment on column cairn.step_history.xid is 'the transaction that did it';

comment on table cairn.workers is 'One row per incarnation of a worker: a restart is a new row.';
comment on column cairn.workers.id is 'id of the incarnation';
comment on column cairn.workers.name is 'the name it gave itself';
comment on column cairn.workers.host is 'the machine it runs on';
comment on column cairn.workers.pid is 'its process there';
comment on column cairn.workers.version is 'the version of its program';
comment on column cairn.workers.state is 'live, draining, stopped (it said so) or lost (it fell silent)';
comment on column cairn.workers.namespaces is 'the namespaces it serves';
comment on column cairn.workers.namespace_ids is 'the same as short ids';
comment on column cairn.workers.handlers is 'the handlers it has';
comment on column cairn.workers.handler_ids is 'the same as short ids';
comment on column cairn.workers.concurrency is 'how many steps it runs at once';
comment on column cairn.workers.poll_only is 'true when it does not listen for notifications';
comment on column cairn.workers.lease is 'how long it may be silent before its steps run elsewhere';
comment on column cairn.workers.registered_at is 'when it started';
comment on column cairn.workers.heartbeat_at is 'when it last said that it lives';
comment on column cairn.workers.idle_since is 'since when it waits for work; null while it has some';
comment on column cairn.workers.ended_at is 'when it stopped or was lost';

comment on table cairn.schema_migrations is 'The files of Migrations/ that were applied.';
comment on column cairn.schema_migrations.name is 'the file';
comment on column cairn.schema_migrations.digest is 'fingerprint of its text when it was applied';
comment on column cairn.schema_migrations.applied_at is 'when';

comment on view cairn.tasks is 'One row a task, to be read by people.';
comment on column cairn.tasks.id is 'id of the task';
comment on column cairn.tasks.namespace is 'its namespace';
comment on column cairn.tasks.template_name is 'the template it was made from';
comment on column cairn.tasks.template_version is 'the version of the template; it never changes';
comment on column cairn.tasks.state is 'its state';
comment on column cairn.tasks.priority is 'higher runs first';
comment on column cairn.tasks.steps is 'how many steps it has';
comment on column cairn.tasks.steps_complete is 'how many of them are complete';
comment on column cairn.tasks.steps_failed is 'how many of them are in error';
comment on column cairn.tasks.created_at is 'when it was submitted';
comment on column cairn.tasks.started_at is 'when its first step started';
comment on column cairn.tasks.finished_at is 'when it reached a terminal state';
comment on column cairn.tasks.run_at is 'not before this time';
comment on column cairn.tasks.context is 'the input of the whole task';
comment on column cairn.tasks.headers is 'string pairs that every step sees';
comment on column cairn.tasks.tags is 'words to find it by';
comment on column cairn.tasks.correlation_id is 'the caller''s id for what this belongs to';
comment on column cairn.tasks.parent_correlation_id is 'the correlation id of what caused it';
comment on column cairn.tasks.initiator is 'who asked for it';
comment on column cairn.tasks.source_system is 'the system that asked for it';
comment on column cairn.tasks.reason is 'why it was submitted';
comment on column cairn.tasks.idempotency_key is 'the caller''s key';
comment on column cairn.tasks.identity_key is 'what makes it the same as another task; unique';

comment on view cairn.steps is 'One row a step, to be read by people.';
comment on column cairn.steps.task_id is 'the task';
comment on column cairn.steps.step_no is 'the number of the step in its template';
comment on column cairn.steps.name is 'the name of the step';
comment on column cairn.steps.state is 'its state';
comment on column cairn.steps.attempt is 'the number of the present or last attempt; 0 before the first';
comment on column cairn.steps.max_attempts is 'how often it may run in all';
comment on column cairn.steps.handler is 'the handler that runs it';
comment on column cairn.steps.depends_on is 'names of the steps it waits for';
comment on column cairn.steps.waiting_for is 'how many of them are not complete';
comment on column cairn.steps.worker_id is 'the worker that runs or last ran it';
comment on column cairn.steps.run_at is 'when the retry is due';
comment on column cairn.steps.enqueued_at is 'when it last became ready';
comment on column cairn.steps.started_at is 'when the present or last attempt started';
comment on column cairn.steps.finished_at is 'when it reached a terminal state';
comment on column cairn.steps.result is 'the result of the last finished attempt';
comment on column cairn.steps.error is 'the error of the last finished attempt';
