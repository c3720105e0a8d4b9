-- The sandbox is a payment provider of our own: its side of the story, apart from ours.

create table sandbox_charge (
  provider_id integer not null references provider,
  id text not null,
  checkout_public_id text not null,
  channel text not null check (channel in ('blik', 'bank', 'card')),
  amount bigint not null check (amount > 0),
  currency text not null,
  title text not null,
  return_url text not null,
  -- Chosen by BLIK code or by the payer's button on the sandbox's page; null until then.
  outcome text,
  decided_at timestamptz,
  stopped_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- When it sends its next notification, and how many it has sent.
  notify_at timestamptz,
  notified integer not null default 0,
  primary key (provider_id, id),
  -- Starting the same checkout again finds its charge.
  unique (provider_id, checkout_public_id),
  check ((outcome is null) = (decided_at is null))
);
create index sandbox_charge_notify on sandbox_charge (provider_id, notify_at) where notify_at is not null;
