-- Exchanges look at steps before they lock tasks, submits make tasks before steps: so no lock is waited for while another is
-- held until somebody would be ended for a deadlock.
do $$
declare
  v_until timestamptz := clock_timestamp() + interval '5 seconds';
begin
  perform set_config('lock_timeout', '100ms', true);
  loop
    begin
      lock table cairn.step_core, cairn.task_core, cairn.template_steps in access exclusive mode;
      exit;
    exception when lock_not_available then
      if clock_timestamp() > v_until then
        raise;
      end if;
      perform pg_sleep(0.05 * random());
    end;
  end loop;
  perform set_config('lock_timeout', '5s', true);
end
$$;

-- A mapping whose values are all members of the context or of a result is read without SQL/JSON paths: parallel arrays
-- of where a value goes, the step whose result it comes from (null: the context), and the members on the way to it.
alter table cairn.template_steps
  add column plain_keys text[],
  add column plain_steps text[],
  add column plain_members text[];

-- The number of the row's last entry in the history that the statement which changed it has written itself.
alter table cairn.task_core add column history_id bigint;
alter table cairn.step_core add column history_id bigint;

-- Every statement that changes a row reads each of the table's checks anew from its text. The counters have one left;
-- these two said what the only functions that set the columns cannot fail to do.
alter table cairn.step_core drop constraint step_core_waiting_check;
alter table cairn.task_core drop constraint task_core_ending_check;

-- For the templates there are; cairn.plain_paths says the same for new ones.
do $$
begin
  if exists (select from cairn.template_steps) then
    alter table cairn.template_steps disable trigger immutable;
    update cairn.template_steps s
    set plain_keys = x.keys, plain_steps = x.steps, plain_members = x.members
    from (
      select t.template_id, t.step_no, array_agg(p.value #>> '{at,0}' order by p.n) as keys,
        array_agg(m.parts[2] order by p.n) as steps, array_agg(ltrim(m.parts[3], '.') order by p.n) as members,
        bool_and(jsonb_array_length(p.value -> 'at') = 1 and m.parts is not null) as is_plain
      from cairn.template_steps t,
        jsonb_array_elements(t.input_paths) with ordinality p (value, n),
        regexp_match(p.value ->> 'path',
          '^\$\.(context|results\.([a-z][a-z0-9_]{0,62}))((?:\.[A-Za-z_][A-Za-z0-9_]*)*)$') m (parts)
      where jsonb_typeof(t.input_literal) = 'object'
      group by t.template_id, t.step_no) x
    where s.template_id = x.template_id and s.step_no = x.step_no and x.is_plain;
    alter table cairn.template_steps enable trigger immutable;
  end if;
end
$$;
