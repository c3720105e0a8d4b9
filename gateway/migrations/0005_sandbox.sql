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
  cancelled_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (provider_id, id)
);
