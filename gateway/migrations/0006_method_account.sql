-- Accounts with payment providers, and which method carries which of a provider's ways to pay.

create table method_account (
  provider_id integer not null references provider,
  method text not null check (method ~ '^[a-z0-9]{1,20}$'),
  -- Whose contract it is: money that the operator collects is settled with the provider.
  collected_by text not null check (collected_by in ('provider', 'operator')),
  settings jsonb not null,
  -- Sealed with a key that is not in the database.
  credentials bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (provider_id, method)
);

-- By channel the method that carries it. On the provider's own row, for every page of a link reads it.
alter table provider add column ways jsonb not null default '{}'
  check (jsonb_typeof(ways) = 'object');

-- Frozen when the checkout starts: whose account the money comes to.
alter table checkout add column collected_by text not null default 'provider'
  check (collected_by in ('provider', 'operator'));
alter table payment add column collected_by text not null default 'provider'
  check (collected_by in ('provider', 'operator'));
