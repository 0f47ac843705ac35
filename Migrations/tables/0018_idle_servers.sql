-- Whether servers sweep seldom, for nothing is under way: then a transaction that brings tasks wakes them.
create table cairn.sweepers (
  one boolean primary key default true check (one),
  idle_since timestamptz
);

insert into cairn.sweepers default values;
