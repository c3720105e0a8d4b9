-- Checkouts, payments, allocations, and the double-entry ledger under them.

-- The last reference number given on each Warsaw day.
create table reference_number_day (
  day date primary key,
  last integer not null check (last between 0 and 999999)
);

create table checkout (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  -- What addresses carry instead of the link's token.
  public_id text not null,
  payer_id bigint not null,
  method text not null,
  channel text not null check (channel in ('blik', 'bank', 'card', 'transfer')),
  status text not null default 'created' check (status in ('created', 'pending', 'succeeded', 'failed', 'expired')),
  amount bigint not null check (amount > 0),
  currency text not null,
  reference_number text not null,
  arrives text not null check (arrives in ('transfer', 'batch')),
  -- The press of the button that made it: one press never makes two.
  form_nonce text,
  language text not null,
  -- The method's own id of this attempt, and where it sends the payer.
  method_reference text,
  redirect_url text,
  failure text,
  -- The provider's time (its test clock), as every time below.
  created_at timestamptz not null,
  submitted_at timestamptz,
  expires_at timestamptz not null,
  next_check_at timestamptz,
  checks integer not null default 0,
  ended_at timestamptz,
  primary key (provider_id, id),
  unique (provider_id, public_id),
  unique (provider_id, form_nonce),
  unique (provider_id, reference_number),
  foreign key (provider_id, payer_id) references payer (provider_id, id)
);
create index checkout_due on checkout (provider_id, next_check_at) where next_check_at is not null;
create index checkout_method_reference on checkout (provider_id, method, method_reference);
create index checkout_pending on checkout (provider_id, payer_id) where status = 'pending';

-- The amounts that the checkout showed, in the order in which money is given to the links.
create table checkout_link (
  provider_id integer not null,
  checkout_id bigint not null,
  position smallint not null,
  link_id bigint not null,
  amount bigint not null check (amount > 0),
  primary key (provider_id, checkout_id, position),
  unique (provider_id, checkout_id, link_id),
  foreign key (provider_id, checkout_id) references checkout (provider_id, id),
  foreign key (provider_id, link_id) references payment_link (provider_id, id)
);
create index checkout_link_link on checkout_link (provider_id, link_id);

create table payment (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  public_id text not null,
  checkout_id bigint not null,
  payer_id bigint not null,
  reference_number text not null,
  title_reference text,
  method text not null,
  channel text not null check (channel in ('blik', 'bank', 'card', 'transfer')),
  -- The method's own id of the money: whoever reports it, it is recorded once.
  method_payment_id text not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  arrives text not null check (arrives in ('transfer', 'batch')),
  paid_at timestamptz not null,
  recorded_at timestamptz not null,
  -- Its payment.succeeded event; also the moment of recording in commit order, in microseconds.
  event_id bigint not null,
  primary key (provider_id, id),
  unique (provider_id, method, method_payment_id),
  unique (provider_id, reference_number),
  unique (provider_id, public_id),
  foreign key (provider_id, checkout_id) references checkout (provider_id, id)
);
create unique index payment_recorded on payment (provider_id, event_id);
create index payment_checkout on payment (provider_id, checkout_id);

-- The part of a payment that is for one link: what searches show as a row.
create table allocation (
  provider_id integer not null,
  payment_id bigint not null,
  position smallint not null,
  link_id bigint not null,
  payer_id bigint not null,
  operation_id text,
  -- The link's title when the money came.
  title text not null,
  amount bigint not null check (amount > 0),
  unallocated bigint not null check (unallocated between 0 and amount),
  -- This row paid the last of the link.
  completed boolean not null,
  -- The link's first, second … row: names the rows of one link apart for ever.
  nth integer not null check (nth > 0),
  -- The link's, kept here too: the plugin's searches must not read links to find out whose rows it is shown.
  lms_plugin boolean not null default false,
  event_id bigint not null,
  primary key (provider_id, payment_id, position),
  foreign key (provider_id, payment_id) references payment (provider_id, id),
  foreign key (provider_id, link_id) references payment_link (provider_id, id)
);
create index allocation_recorded on allocation (provider_id, event_id, position);
create index allocation_pair on allocation (provider_id, payer_id, operation_id, event_id);
create unique index allocation_link on allocation (provider_id, link_id, nth);

create table ledger_transaction (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  kind text not null check (kind in ('payment')),
  payment_id bigint not null,
  at timestamptz not null,
  primary key (provider_id, id),
  foreign key (provider_id, payment_id) references payment (provider_id, id)
);
create index ledger_transaction_payment on ledger_transaction (provider_id, payment_id);

-- Debits are above zero, credits below. clearing: what a method has confirmed and holds or has passed on;
-- link: what has paid a link; unallocated: what no link could take.
create table posting (
  provider_id integer not null,
  transaction_id bigint not null,
  position smallint not null,
  account text not null check (account in ('clearing', 'link', 'unallocated')),
  link_id bigint,
  payment_id bigint not null,
  amount bigint not null check (amount <> 0),
  currency text not null,
  primary key (provider_id, transaction_id, position),
  foreign key (provider_id, transaction_id) references ledger_transaction (provider_id, id),
  check ((account = 'link') = (link_id is not null))
);
create index posting_payment on posting (provider_id, payment_id);
create index posting_link on posting (provider_id, link_id) where link_id is not null;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger posting_append_only before update or delete or truncate on posting
  for each statement execute function refuse_change();
create trigger ledger_transaction_append_only before update or delete or truncate on ledger_transaction
  for each statement execute function refuse_change();
create trigger allocation_append_only before update or delete or truncate on allocation
  for each statement execute function refuse_change();
create trigger payment_append_only before update or delete or truncate on payment
  for each statement execute function refuse_change();

create function check_ledger_transaction() returns trigger language plpgsql as $$
begin
  if exists (
    select from posting
    where provider_id = new.provider_id and transaction_id = new.transaction_id
    group by currency having sum(amount) <> 0
  ) then
    raise exception 'postings of ledger transaction % do not sum to zero', new.transaction_id
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger posting_balanced after insert on posting
  deferrable initially deferred for each row execute function check_ledger_transaction();

-- A payment equals the money of its rows, and what its ledger transaction of kind payment posted to links
-- and to unallocated, whichever of the three tables is added to.
create function check_payment() returns trigger language plpgsql as $$
declare
  checked record;
  rows_sum bigint;
  posted bigint;
begin
  -- A separate statement: the row's type has no payment_id in the table payment itself.
  if tg_table_name = 'payment' then
    select id, amount into checked from payment where provider_id = new.provider_id and id = new.id;
  else
    select id, amount into checked from payment where provider_id = new.provider_id and id = new.payment_id;
  end if;
  select coalesce(sum(amount), 0) into rows_sum from allocation
    where provider_id = new.provider_id and payment_id = checked.id;
  select coalesce(-sum(posting.amount), 0) into posted from posting
    join ledger_transaction on ledger_transaction.provider_id = posting.provider_id
      and ledger_transaction.id = posting.transaction_id and ledger_transaction.kind = 'payment'
    where posting.provider_id = new.provider_id and posting.payment_id = checked.id
      and posting.account <> 'clearing';
  if rows_sum is distinct from checked.amount or posted is distinct from checked.amount then
    raise exception 'payment % of % has rows of % and postings of %', checked.id, checked.amount, rows_sum, posted
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger payment_accounted after insert on payment
  deferrable initially deferred for each row execute function check_payment();
create constraint trigger allocation_accounted after insert on allocation
  deferrable initially deferred for each row execute function check_payment();
create constraint trigger posting_accounted after insert on posting
  deferrable initially deferred for each row execute function check_payment();

-- What a method sent us, for inspection: forged and unknown ones too. Kept 400 days.
create table notification (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  method text not null,
  received_at timestamptz not null default now(),
  verdict text not null check (verdict in ('believed', 'forged', 'unknown', 'unreadable')),
  checkout_id bigint,
  body text not null check (octet_length(body) <= 65536),
  primary key (provider_id, id)
);
create index notification_age on notification (received_at);
-- Counts what was not believed lately: strangers cannot fill the disk.
create index notification_doubted on notification (provider_id, received_at) where verdict <> 'believed';

-- What waits for a person: money in another currency, no clear status after 35 days.
create table review (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  kind text not null check (kind in ('wrong-currency', 'no-final-status', 'method-mismatch')),
  checkout_id bigint not null,
  -- What it is about, so that the same thing found again is not a second row: the method's id of the money.
  subject text not null,
  details jsonb not null,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  primary key (provider_id, id),
  unique (provider_id, checkout_id, kind, subject)
);
