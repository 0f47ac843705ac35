-- The arguments of these change.
drop function if exists cairn.count_bulk(jsonb);
drop function if exists cairn.filtered_tasks(jsonb, bigint, integer);
drop function if exists cairn.downstream_steps(bigint, integer[]);
drop function if exists cairn.reset_steps(bigint, integer[]);
