-- When a namespace last resumed: what waited in a pause has not been idle all the while.
alter table cairn.namespaces add column resumed_at timestamptz;
