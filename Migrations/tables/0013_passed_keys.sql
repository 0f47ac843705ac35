-- A task whose key has passed to a newer one remembers it, so that a repair can take back that key and no other.
alter table cairn.task_details add column passed_key text;
