-- When a server last found that nothing is under way, and so sweeps seldom: for a while after that, a transaction that
-- brings tasks wakes it.
create table cairn.sweepers (
  one boolean primary key default true check (one),
  idle_at timestamptz
);

insert into cairn.sweepers default values;
