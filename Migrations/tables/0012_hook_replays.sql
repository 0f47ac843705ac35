-- A replay begins a hook's tries anew: the attempts before it do not count for how long the next ones wait.
alter table cairn.hooks add column attempts_before integer not null default 0;
