-- What people wrote, as it is judged and shown.

-- Whether a text shows nothing: white space of any kind, what has no width, and control characters.
create or replace function cairn.is_blank(p_text text) returns boolean
language sql immutable parallel safe
as $$
  select coalesce(p_text !~ ('[^\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f'
    || '\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]'), true);
$$;

-- A name as an error shows it: its beginning, if it is long.
create or replace function cairn.shown(p_text text) returns text
language sql immutable parallel safe
as $$
  select case when length(p_text) > 100 then left(p_text, 100) || '…' else p_text end;
$$;
