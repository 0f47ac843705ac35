-- An optional chain of hashes over the history: each row of a task (and each row of a step) carries a hash of itself and
-- of the row before. Whoever changes, removes or inserts a row, triggers or not, breaks the chain from there on.

alter table cairn.task_history add column hash bytea;
alter table cairn.step_history add column hash bytea;
