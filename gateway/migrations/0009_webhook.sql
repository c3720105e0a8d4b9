-- Webhooks: whom a provider has told of its events, and every try. See docs/decisions/0019-webhooks.md.
-- Times are the provider's (the test clock) where not said otherwise.

create table webhook_endpoint (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  public_id text not null unique,
  url text not null check (char_length(url) between 1 and 2000),
  description text not null default '' check (char_length(description) <= 200),
  -- Event types that it wants; empty: all, also those that are yet to come.
  types text[] not null default '{}',
  enabled boolean not null default true,
  -- The endpoint said that it is gone for good (410), and so it was switched off.
  gone_at timestamptz,
  -- Deleted: shown no more, sent nothing more; its rows go by and by.
  deleted_at timestamptz,
  -- Sealed with a key that is not in the database.
  secret bytea not null,
  -- The secret before, which signs too until then.
  old_secret bytea,
  old_secret_until timestamptz,
  -- The last event that was queued for it or passed over.
  cursor_id bigint not null,
  -- Tries that failed since the last one that did not.
  failures integer not null default 0 check (failures >= 0),
  -- The first of them; null while all is well.
  failing_since timestamptz,
  -- Nothing is sent before: the endpoint asked for it (Retry-After).
  not_before timestamptz,
  -- Nothing is sent again before, though something new may be: the endpoint seems to be down.
  again_not_before timestamptz,
  failing_told_at timestamptz,
  parked_told_at timestamptz,
  -- The process that sends to it, by the real clock. One at a time, or the order would be lost.
  leased_by text,
  leased_until timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (provider_id, id),
  unique (id),
  check ((old_secret is null) = (old_secret_until is null))
);

-- An event for an endpoint.
create table webhook_delivery (
  provider_id integer not null,
  endpoint_id bigint not null,
  event_id bigint not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'parked')),
  -- Payers that the event is about. Of each, an event waits until those before it are delivered or parked.
  user_ids text[] not null,
  -- All that were ever made.
  attempts integer not null default 0,
  -- Since it was queued, or queued again by a replay.
  failures integer not null default 0,
  -- When it is tried next; null while it waits for another one, and once it has ended.
  next_at timestamptz,
  queued_at timestamptz not null,
  ended_at timestamptz,
  primary key (provider_id, endpoint_id, event_id),
  foreign key (provider_id, endpoint_id) references webhook_endpoint (provider_id, id),
  check ((state = 'pending') = (ended_at is null)),
  check (state = 'pending' or next_at is null)
);
create index webhook_delivery_due on webhook_delivery (endpoint_id, next_at, event_id) where next_at is not null;
-- What was never tried goes at once, also to an endpoint that seems to be down.
create index webhook_delivery_fresh on webhook_delivery (endpoint_id, event_id)
  where next_at is not null and failures = 0;
create index webhook_delivery_open on webhook_delivery (endpoint_id, event_id) where state <> 'delivered';

-- The queue of a payer at an endpoint: its deliveries that are pending.
create table webhook_lane (
  provider_id integer not null,
  endpoint_id bigint not null,
  user_id text not null,
  event_id bigint not null,
  primary key (endpoint_id, user_id, event_id),
  foreign key (provider_id, endpoint_id) references webhook_endpoint (provider_id, id)
);

create table webhook_attempt (
  provider_id integer not null,
  endpoint_id bigint not null,
  event_id bigint not null,
  nth integer not null check (nth > 0),
  at timestamptz not null,
  -- What the endpoint answered; null where it did not.
  status integer,
  -- Why it counts as failed; null where it succeeded.
  failure text,
  duration_ms integer not null check (duration_ms >= 0),
  primary key (provider_id, endpoint_id, event_id, nth),
  foreign key (provider_id, endpoint_id) references webhook_endpoint (provider_id, id)
);

-- Events that an endpoint is to get again, queued batch by batch.
create table webhook_replay (
  provider_id integer not null,
  endpoint_id bigint not null,
  id bigint generated always as identity,
  -- The last event that was queued again.
  cursor_id bigint not null,
  until_id bigint not null,
  only_parked boolean not null,
  created_at timestamptz not null,
  done_at timestamptz,
  primary key (provider_id, endpoint_id, id),
  foreign key (provider_id, endpoint_id) references webhook_endpoint (provider_id, id)
);
create index webhook_replay_open on webhook_replay (endpoint_id, id) where done_at is null;
