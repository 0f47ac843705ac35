-- What workers hold. No index says which steps run on a worker, for each start and each end of a step would be a change of
-- it; the claims of a worker (step_claims) do, and among them the steps' rows. Claims of which nothing is held any more are
-- forgotten: by the worker with each heartbeat, and by the sweep once the worker has ended.

-- The steps that a worker holds.
create or replace function cairn.steps_of(p_worker_id bigint) returns setof cairn.step_core
language sql stable
as $$
  select (x.s).*
  from (
    -- A step that was released and claimed again stands in two claims.
    select distinct d.task_id, d.step_no
    from cairn.step_claims c
    cross join lateral unnest(c.tasks, c.steps) d (task_id, step_no)
    where c.worker_id = p_worker_id) d
  cross join lateral (
    select s from cairn.step_core s
    where s.task_id = d.task_id and s.step_no = d.step_no and s.worker_id = p_worker_id and s.state = 'in_progress'
    -- Looked up, whatever a planner thinks of how many there are.
    offset 0) x;
$$;

-- Whether any step runs. The newest claims are looked at first, for of those something is held soonest.
create or replace function cairn.anything_runs() returns boolean
language plpgsql stable
as $$
declare
  v_worker_id bigint;
begin
  for v_worker_id in select distinct c.worker_id from cairn.step_claims c loop
    if exists (
      select from (
        select c.tasks, c.steps from cairn.step_claims c where c.worker_id = v_worker_id order by c.id desc offset 0) c
      cross join lateral unnest(c.tasks, c.steps) d (task_id, step_no)
      cross join lateral (
        select s.state from cairn.step_core s
        where s.task_id = d.task_id and s.step_no = d.step_no and s.worker_id = v_worker_id
        offset 0) x
      where x.state = 'in_progress')
    then
      return true;
    end if;
  end loop;
  return false;
end
$$;

-- The attempts that nobody will report any more; some of them twice.
create or replace function cairn.given_up_attempts(p_now timestamptz)
returns table (task_id bigint, step_no integer, expires_at timestamptz)
language sql stable
as $$
  select d.task_id, d.step_no, (x.s).expires_at
  from cairn.step_claims c
  join cairn.workers w on w.id = c.worker_id
  cross join lateral unnest(c.tasks, c.steps) d (task_id, step_no)
  cross join lateral (
    select s from cairn.step_core s
    where s.task_id = d.task_id and s.step_no = d.step_no and s.worker_id = w.id and s.state = 'in_progress'
    offset 0) x
  where (w.state not in ('live', 'draining') or c.expires_at < p_now - interval '5 seconds')
    and cairn.is_given_up(w, x.s, p_now);
$$;

-- Whether nobody will report an attempt any more: its worker is lost or gone, or lives but has let the step's timeout
-- pass by 5 s without saying that it is about to report it.
create or replace function cairn.is_given_up(w cairn.workers, s cairn.step_core, p_now timestamptz) returns boolean
language sql immutable
as $$
  select w.state in ('lost', 'stopped')
    or (s.expires_at < p_now - interval '5 seconds' and not cairn.is_reporting(w, s, p_now));
$$;

-- Whether a step is left to its worker, which has its outcome and cannot report it. Nobody knows that but the worker: so
-- it is believed, but for no longer than until an hour after the step's timeout.
create or replace function cairn.is_reporting(w cairn.workers, s cairn.step_core, p_now timestamptz) returns boolean
language sql immutable
as $$
  select w.state in ('live', 'draining') and s.expires_at > p_now - interval '1 hour'
    and (s.task_id, s.step_no)::cairn.step_key = any (w.reporting);
$$;

-- Whether a step that is in progress runs where nobody looks for it, as only a change by hand can bring about: its worker has
-- no claim of it. That is asked once the worker has ended or the timeout is well over, for it takes a look at all the worker's
-- claims.
create or replace function cairn.runs_nowhere(s cairn.step_core, p_now timestamptz) returns boolean
language sql stable
as $$
  select (
      (s.expires_at < p_now - interval '1 minute') is not false
      or not exists (select from cairn.workers w where w.id = s.worker_id and w.state in ('live', 'draining')))
    and not exists (
      select from cairn.steps_of(s.worker_id) h where h.task_id = s.task_id and h.step_no = s.step_no);
$$;

-- The workers that have claims and have ended.
create or replace function cairn.ended_holders() returns bigint[]
language plpgsql stable
as $$
begin
  return array(
    select distinct c.worker_id from cairn.step_claims c
    where not exists (
      select from cairn.workers w where w.id = c.worker_id and w.state in ('live', 'draining')));
end
$$;

-- Forgets the claims of these workers of which they hold nothing any more; what somebody else is forgetting is left to it.
create or replace function cairn.forget_claims(p_worker_ids bigint[]) returns void
language plpgsql
as $$
begin
  delete from cairn.step_claims
  where ctid = any (array(
    select c.ctid from cairn.step_claims c
    where c.worker_id = any (p_worker_ids) and not exists (
      select from unnest(c.tasks, c.steps) d (task_id, step_no)
      cross join lateral (
        select s.state from cairn.step_core s
        where s.task_id = d.task_id and s.step_no = d.step_no and s.worker_id = c.worker_id
        offset 0) x
      where x.state = 'in_progress')
    for update skip locked));
end
$$;
