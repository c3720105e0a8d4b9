-- Mails that wait to be sent, and who wants none.

create table mail (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  -- The same at every try: a mail server that has it already can tell.
  message_id text not null unique,
  template text not null,
  language text not null,
  state text not null default 'queued' check (state in ('queued', 'sent', 'failed', 'refused', 'unwanted')),
  -- Personal data: gone once the mail has an end.
  recipient text,
  data jsonb,
  headers jsonb,
  tries integer not null default 0,
  created_at timestamptz not null default now(),
  next_try_at timestamptz not null default now(),
  -- Somebody is sending it until then.
  taken_until timestamptz,
  ended_at timestamptz,
  -- What the mail server answered: a code, never its words, for they may hold the address.
  problem text,
  primary key (provider_id, id),
  check ((state = 'queued') = (ended_at is null)),
  check ((state = 'queued') = (recipient is not null and data is not null))
);
create index mail_due on mail (next_try_at) where state = 'queued';
create index mail_age on mail (ended_at) where ended_at is not null;

-- Addresses that no mail is sent to, as keyed hashes: the list tells nobody who they are.
create table mail_refusal (
  provider_id integer not null references provider,
  address_hash bytea not null check (octet_length(address_hash) = 32),
  -- bad: the mail server said that there is no such mailbox; unwanted: the reader wants no notices.
  kind text not null check (kind in ('bad', 'unwanted')),
  since timestamptz not null default now(),
  problem text,
  primary key (provider_id, address_hash, kind)
);

-- Whether payers get receipts by mail. Null: those of live providers do, those of test providers do not.
alter table provider add column receipts boolean;

-- The last event of a provider that was looked at for a receipt.
create table receipt_cursor (
  provider_id integer primary key references provider,
  event_id bigint not null
);
-- Nobody gets a receipt for what was paid before there were any.
insert into receipt_cursor (provider_id, event_id)
  select id, (extract(epoch from now()) * 1000000)::bigint from provider;
