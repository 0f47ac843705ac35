-- The arguments of these change.
drop function if exists cairn.exchange(
  bigint, bigint[], integer[], smallint[], text[], jsonb[], bigint[], integer, integer[], smallint[], bigint[], boolean,
  uuid);
drop function if exists cairn.claim_hooks(integer, interval);
