-- Bank statements: files that were brought, and each of their entries once.

create table statement (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  -- What addresses carry.
  public_id text not null,
  source text not null check (source in ('api', 'command', 'folder')),
  file_name text check (char_length(file_name) <= 255),
  format text check (format in ('mt940', 'camt053', 'csv', 'elixir')),
  -- reading: its entries are staged; matching: all of it was read, its entries are being decided; failed:
  -- nothing of it was kept.
  state text not null default 'reading' check (state in ('reading', 'matching', 'done', 'failed')),
  -- Why it failed, for a person; without anything of the file.
  problem text,
  -- Until now, and of the whole file once it was read.
  bytes bigint not null default 0,
  sha256 bytea,
  entries integer not null default 0,
  -- Of the entries: those that no file had brought before.
  entries_new integer not null default 0,
  idempotency_key text check (char_length(idempotency_key) <= 255),
  -- The real time, as every time of this table.
  created_at timestamptz not null default now(),
  -- It still moves: a file whose reader died stands still.
  touched_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (provider_id, id),
  unique (provider_id, public_id),
  unique (provider_id, idempotency_key),
  check ((state = 'failed') = (problem is not null))
);
create index statement_open on statement (touched_at) where state in ('reading', 'matching');

-- Entries of a file that is being read: they count only once all of it was.
create table statement_line (
  provider_id integer not null,
  statement_id bigint not null,
  position integer not null,
  -- What tells it from other entries; equal ones of a file are told apart by their number.
  base_key text not null,
  account text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  direction text not null,
  is_reversal boolean not null,
  booked_on date not null,
  value_on date,
  bank_reference text,
  title text not null,
  counterparty_name text,
  counterparty_account text,
  target_account text,
  transaction_code text,
  primary key (provider_id, statement_id, position),
  foreign key (provider_id, statement_id) references statement (provider_id, id)
);

-- One credit or debit of a bank account, whichever and however many files brought it.
create table statement_entry (
  provider_id integer not null,
  id bigint generated always as identity,
  -- The first file that brought it, and its place there.
  statement_id bigint not null,
  position integer not null,
  -- The same entry in another file has the same key.
  entry_key text not null,
  account text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  direction text not null check (direction in ('credit', 'debit')),
  is_reversal boolean not null,
  booked_on date not null,
  value_on date,
  bank_reference text,
  -- These four are emptied some time after the entry was decided.
  title text,
  counterparty_name text,
  counterparty_account text,
  target_account text,
  transaction_code text,
  -- Finds the payer who paid from the account before; keyed, so that it tells nobody the account.
  source_hash bytea,
  -- new: not decided yet. In the queue of people: unknown, wrong-currency, and duplicate without a payment.
  -- With a payment: matched, short, over, duplicate. expected: the transfer of a payment that another method
  -- confirmed. debit: our own. ignored: a person said so.
  state text not null default 'new' check (state in ('new', 'matched', 'short', 'over', 'duplicate', 'expected',
    'wrong-currency', 'unknown', 'debit', 'ignored')),
  -- What decided it, of the rules of match.ts.
  rule text,
  -- Set before the money is recorded: whoever finishes after a crash records the same.
  checkout_id bigint,
  payer_id bigint,
  payment_id bigint,
  -- How often its money was recorded; each time under an id of its own.
  recorded integer not null default 0,
  -- By the provider's clock.
  decided_at timestamptz,
  primary key (provider_id, id),
  unique (provider_id, entry_key),
  foreign key (provider_id, statement_id) references statement (provider_id, id),
  foreign key (provider_id, checkout_id) references checkout (provider_id, id),
  foreign key (provider_id, payer_id) references payer (provider_id, id),
  foreign key (provider_id, payment_id) references payment (provider_id, id),
  check (payment_id is null or state in ('matched', 'short', 'over', 'duplicate', 'expected')),
  check (payment_id is not null or state not in ('matched', 'short', 'over', 'expected'))
);
create index statement_entry_statement on statement_entry (provider_id, statement_id, id);
create index statement_entry_new on statement_entry (provider_id, statement_id, id) where state = 'new';
create index statement_entry_queue on statement_entry (provider_id, id)
  where state in ('unknown', 'wrong-currency', 'duplicate') and payment_id is null;
create index statement_entry_source on statement_entry (provider_id, source_hash)
  where source_hash is not null and payer_id is not null;
create index statement_entry_payment on statement_entry (provider_id, payment_id) where payment_id is not null;
create index statement_entry_aged on statement_entry (decided_at) where title is not null;

-- Beginnings of virtual accounts: what follows in such an account is the userId, padded with zeros.
create table virtual_account (
  provider_id integer not null references provider,
  prefix text not null check (prefix ~ '^[0-9A-Z]{1,20}$'),
  primary key (provider_id, prefix)
);
