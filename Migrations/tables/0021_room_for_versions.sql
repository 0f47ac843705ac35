-- A step has three versions until it is complete, and a task more. A page filled to a third has room for all of them, so that
-- they need no new entries in the indexes: also while none can be removed, because somebody holds an old snapshot.
alter table cairn.task_core set (fillfactor = 30);
alter table cairn.step_core set (fillfactor = 30);
