-- Who bills (the tenant), its keys, and what the whole installation shares.

create table provider (
  id integer generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Za-z0-9_-]{1,40}$'),
  name text not null check (char_length(name) between 1 and 140),
  test boolean not null,
  disabled_at timestamptz,
  tax_id text,
  address text,
  phone text,
  help_url text,
  terms_url text,
  privacy_url text,
  language text not null default 'pl' check (language in ('pl', 'en', 'uk')),
  currency text not null default 'PLN' check (currency ~ '^[A-Z]{3}$'),
  default_nrb text check (default_nrb ~ '^\d{26}$'),
  color text check (color ~ '^#[0-9a-f]{6}$'),
  -- A page weighs under 50 KB with it.
  logo bytea check (octet_length(logo) <= 20480),
  logo_type text check (logo_type in ('image/png', 'image/jpeg', 'image/webp')),
  -- Part of the logo's address, so that browsers may keep it for ever.
  logo_hash text generated always as (left(encode(sha256(logo), 'hex'), 16)) stored,
  -- Its billing system books plain transfers itself: search in the plugin's dialect leaves them out.
  imports_transfers boolean not null default false,
  -- The test clock: how many seconds the provider's time is ahead of the real one.
  clock_ahead integer not null default 0 check (clock_ahead >= 0 and (test or clock_ahead = 0)),
  created_at timestamptz not null default now(),
  check ((logo is null) = (logo_type is null))
);

create table api_key (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  api_key text not null,
  -- The key speaks the LMS plugin's dialect.
  lms_plugin boolean not null default false,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (provider_id, id)
);

-- Resolves an api key before the provider is known.
create table api_key_address (
  api_key text primary key,
  provider_id integer not null,
  key_id bigint not null
);

-- A key has one secret, or two while a new one has not been used yet.
create table api_secret (
  provider_id integer not null,
  id bigint generated always as identity,
  key_id bigint not null,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  created_at timestamptz not null default now(),
  first_used_at timestamptz,
  expires_at timestamptz,
  primary key (provider_id, id),
  foreign key (provider_id, key_id) references api_key (provider_id, id)
);
create index api_secret_key on api_secret (provider_id, key_id);

-- Lets a biller fetch a new secret by itself.
create table pin (
  provider_id integer not null,
  id bigint generated always as identity,
  key_id bigint not null,
  pin_hash bytea not null,
  wrong_tries smallint not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (provider_id, id),
  foreign key (provider_id, key_id) references api_key (provider_id, id)
);
create index pin_key on pin (provider_id, key_id);

-- Keys that every process of the installation must share and that protect no money: form tokens.
create table installation_secret (
  name text primary key,
  value bytea not null
);

-- The first answer to a request with an Idempotency-Key, kept for 24 hours.
create table idempotent_answer (
  provider_id integer not null,
  key text not null check (char_length(key) <= 255),
  request_hash bytea not null,
  status smallint not null,
  body text not null,
  created_at timestamptz not null default now(),
  primary key (provider_id, key)
);
create index idempotent_answer_age on idempotent_answer (created_at);

-- Worker processes that are alive; the jobs of one that stopped beating are given to the others.
create table worker_beat (
  worker_id text primary key,
  beat_at timestamptz not null default now()
);
