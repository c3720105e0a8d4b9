-- Payers, the links they are sent, and the addresses that lead there.

create table payer (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  user_id text not null,
  created_at timestamptz not null default now(),
  primary key (provider_id, id),
  unique (provider_id, user_id)
);

-- A provider's first link brings its first payer: from then on it stays live, or a test.
create function refuse_test_change() returns trigger language plpgsql as $$
begin
  if exists (select from payer where provider_id = new.id) then
    raise exception 'provider % has links: test cannot be changed', new.code using errcode = 'check_violation';
  end if;
  return new;
end
$$;
create trigger provider_test_fixed before update of test on provider
  for each row when (old.test is distinct from new.test) execute function refuse_test_change();

create table payment_link (
  provider_id integer not null,
  id bigint generated always as identity,
  payer_id bigint not null,
  operation_id text,
  token bytea not null check (octet_length(token) = 64),
  short_code text,
  status text not null default 'active' check (status in ('active', 'paid', 'cancelled')),
  resolution text check (resolution in ('PAID', 'CANCELLED')),
  currency text not null,
  -- Minor units. asked: of the last create or update; open: what the link still takes; paid: allocated in
  -- its whole life, refunds not taken off.
  asked_amount bigint not null check (asked_amount between 1 and 999999999),
  open_amount bigint not null check (open_amount >= 0),
  paid_amount bigint not null default 0 check (paid_amount >= 0),
  refunded_amount bigint not null default 0 check (refunded_amount between 0 and paid_amount),
  nrb text not null,
  title text not null,
  payment_due date not null,
  name text,
  surname text,
  email text,
  recipient_id text,
  recipient_name text,
  -- Made in the LMS plugin's dialect, and which optional fields were dropped there.
  lms_plugin boolean not null default false,
  dropped text[],
  cancel_reference text,
  revoked boolean not null default false,
  -- A checkout of it was started at some time: a cancel has to look for open ones.
  attempted boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at timestamptz,
  primary key (provider_id, id),
  foreign key (provider_id, payer_id) references payer (provider_id, id),
  check (open_amount <= asked_amount),
  check ((status = 'paid') = (open_amount = 0 and status <> 'cancelled')),
  check ((status = 'active') = (ended_at is null)),
  check ((status = 'cancelled') = (resolution is not null))
);
-- At most one active link of (userId, operationId); links without operationId never collide. It also finds
-- what a payer owes.
create unique index payment_link_active on payment_link (provider_id, payer_id, operation_id)
  where status = 'active';

-- Resolves a token before the provider is known.
create table link_token (
  token bytea primary key,
  provider_id integer not null,
  link_id bigint not null
);

-- Resolves a short code without touching anything else.
create table short_link (
  code text primary key,
  provider_id integer not null,
  token bytea not null
);

-- Parameters that a suffix of a short link stands for, numbered per provider.
create table short_link_parameters (
  provider_id integer not null references provider,
  suffix text not null,
  query text not null,
  primary key (provider_id, suffix),
  unique (provider_id, query)
);
