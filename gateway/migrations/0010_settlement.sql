-- Money that the operator collected, on its way to the providers' accounts.

-- Where the gateway writes to a provider when something needs its care.
alter table provider add column contact_email text check (char_length(contact_email) between 3 and 254);

-- Whose account a payment's money is for: what the link said when it was paid. The link may say another later.
-- Written by the database itself, so that no insert can forget it.
alter table allocation add column nrb text;
alter table allocation disable trigger allocation_append_only;
update allocation set nrb = payment_link.nrb from payment_link
  where payment_link.provider_id = allocation.provider_id and payment_link.id = allocation.link_id;
alter table allocation enable trigger allocation_append_only;
alter table allocation add check (nrb is not null and nrb ~ '^\d{26}$');
create function keep_account() returns trigger language plpgsql as $$
begin
  select nrb into new.nrb from payment_link where provider_id = new.provider_id and id = new.link_id;
  return new;
end
$$;
create trigger allocation_account before insert on allocation for each row execute function keep_account();

-- The operator's: it pays many providers at once.
create table settlement_run (
  id bigint generated always as identity primary key,
  -- In the file too: the bank knows a file that it has had by it.
  public_id text not null unique,
  -- Play money and real money are never in one file.
  test boolean not null,
  currency text not null,
  status text not null default 'made' check (status in ('made', 'uploaded', 'closed', 'cancelled')),
  debit_nrb text not null check (debit_nrb ~ '^\d{26}$'),
  debit_name text not null,
  debit_address text,
  debit_bic text,
  executes_on date not null,
  -- Payments that were recorded before.
  until timestamptz not null,
  created_at timestamptz not null,
  uploaded_at timestamptz,
  ended_at timestamptz,
  check ((uploaded_at is not null) = (status in ('uploaded', 'closed'))),
  check ((ended_at is not null) = (status in ('closed', 'cancelled')))
);

create table settlement_item (
  provider_id integer not null,
  id bigint generated always as identity,
  run_id bigint not null references settlement_run,
  payment_id bigint not null,
  nrb text not null check (nrb ~ '^\d{26}$'),
  -- return: the bank sent the transfer of another item back.
  kind text not null check (kind in ('transfer', 'return')),
  -- What this run adds to what is settled of the payment: below zero where money was given back since.
  due bigint not null check (due <> 0),
  -- What the transfer carries: less than due where debts were taken out of it, 0 where there is no transfer.
  amount bigint not null check (amount >= 0),
  -- In the file, from 1.
  position integer check (position > 0),
  reference_number text not null,
  title text not null,
  payee_name text not null,
  returns_item_id bigint,
  -- Counts no more: its run was cancelled.
  cancelled boolean not null default false,
  -- The bank statement has shown it: when, and which entry.
  closed_at timestamptz,
  closed_by text,
  primary key (provider_id, id),
  unique (run_id, position),
  -- A transfer comes back once.
  unique (provider_id, returns_item_id),
  foreign key (provider_id, payment_id) references payment,
  foreign key (provider_id, returns_item_id) references settlement_item,
  check ((kind = 'return') = (returns_item_id is not null)),
  check ((kind = 'transfer' and amount > 0) = (position is not null)),
  check (kind = 'transfer' or (amount = 0 and due < 0)),
  check (amount <= greatest(due, 0))
);
create unique index settlement_item_once on settlement_item (run_id, provider_id, payment_id, nrb)
  where kind = 'transfer';
create index settlement_item_payment on settlement_item (provider_id, payment_id) where not cancelled;
create index settlement_item_awaited on settlement_item (provider_id, reference_number)
  where position is not null and closed_at is null and not cancelled;
create index payment_collected on payment (provider_id, recorded_at) where collected_by = 'operator';

-- Nothing is settled twice, whoever writes here: a payment's items add up to no more than the payment.
create function check_settlement() returns trigger language plpgsql as $$
declare
  settled bigint;
  paid bigint;
begin
  select coalesce(sum(due), 0) into settled from settlement_item
    where provider_id = new.provider_id and payment_id = new.payment_id and not cancelled;
  select amount into paid from payment where provider_id = new.provider_id and id = new.payment_id;
  if settled < 0 or settled > paid then
    raise exception 'payment % of % would be settled with %', new.payment_id, paid, settled
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger settlement_item_accounted after insert or update on settlement_item
  deferrable initially deferred for each row execute function check_settlement();

-- The file carries what is settled: what is taken out of one transfer pays the debt of another item.
create function check_settlement_run() returns trigger language plpgsql as $$
begin
  if exists (
    select from settlement_item
    where run_id = new.run_id and provider_id = new.provider_id and nrb = new.nrb and kind = 'transfer'
    having sum(due) <> sum(amount)
  ) then
    raise exception 'settlement run %: transfers to an account of provider % do not add up to what is due',
      new.run_id, new.provider_id using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger settlement_item_balanced after insert on settlement_item
  deferrable initially deferred for each row execute function check_settlement_run();
