-- What providers are told. See docs/decisions/0003-event-cursor.md.

create table event (
  provider_id integer not null references provider,
  -- Microseconds since 1970 when the event was recorded, greater than every earlier id of the provider.
  id bigint not null,
  type text not null,
  at timestamptz not null,
  -- Read whole, never searched: as it was written.
  data json not null,
  primary key (provider_id, id)
);

-- How far the provider has fetched: the greatest event id that it has been given.
create table event_fetch (
  provider_id integer primary key references provider,
  fetched_id bigint not null
);

-- The next event id of a provider. The lock is held until the transaction ends and is released only after
-- its rows can be seen, so whoever sees an id has been able to see every smaller one. Take it last: nothing
-- that waits may come after it. The clock makes ids go on growing after a restore from an older dump.
create function next_event_id(of_provider integer) returns bigint
language plpgsql volatile as $$
declare
  newest bigint;
begin
  perform pg_advisory_xact_lock(7301, of_provider);
  select max(id) into newest from event where provider_id = of_provider;
  return greatest(coalesce(newest, 0) + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint);
end
$$;
