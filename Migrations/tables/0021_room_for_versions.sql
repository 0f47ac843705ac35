-- A step has three versions until it is complete, and a task more. The more of them find room on their page, the fewer need new
-- entries in the indexes, above all while none can be removed, because somebody holds an old snapshot.
alter table cairn.task_core set (fillfactor = 30);
alter table cairn.step_core set (fillfactor = 30);
