-- Bulk payouts, as payment providers report them: what they sent to a bank account, and for which payments.
-- They are held against the payments; nothing is posted for them.

create table payout (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  public_id text not null,
  method text not null,
  -- The method's own id of it.
  method_payout_id text not null,
  -- Whose account it is: what the operator's payouts hold is not shown to providers.
  collected_by text not null check (collected_by in ('provider', 'operator')),
  -- In Warsaw: when it was sent, or else made.
  day date not null,
  made_at timestamptz,
  sent_at timestamptz,
  currency text not null,
  -- What the report says was sent. Below zero: more was given back than came.
  amount bigint not null,
  -- Taken for the payout itself, beside the fees of its items.
  fee bigint not null check (fee >= 0),
  read_at timestamptz not null,
  primary key (provider_id, id),
  unique (provider_id, public_id),
  -- Read again it is the same payout.
  unique (provider_id, method, method_payout_id)
);
create index payout_day on payout (provider_id, day, id);

create table payout_item (
  provider_id integer not null,
  payout_id bigint not null,
  -- In the report, from 1.
  position integer not null check (position > 0),
  kind text not null check (kind in ('payment', 'refund')),
  method text not null,
  -- The method's own id of the payment, also where a refund of it is meant.
  method_payment_id text not null,
  -- The refund's id that we gave, or else the method's own; of payments null.
  refund_reference text,
  currency text not null,
  -- Before the fee; below zero: a refund.
  amount bigint not null,
  -- What the method kept of it.
  fee bigint not null,
  primary key (provider_id, payout_id, position),
  foreign key (provider_id, payout_id) references payout (provider_id, id),
  check ((kind = 'refund') = (refund_reference is not null))
);
create index payout_item_payment on payout_item (provider_id, method, method_payment_id);

-- An operator may have many providers' payments in one payout.
create index payment_operator_method on payment (method, method_payment_id) where collected_by = 'operator';

-- How far the reports of an account were read.
create table payout_reading (
  provider_id integer not null references provider,
  method text not null,
  -- Days in Warsaw, both read to the end; null: none yet.
  first_day date,
  last_day date,
  tried_at timestamptz not null,
  -- Why the last try failed; null: it did not. It holds no secret and no personal data.
  failure text check (char_length(failure) <= 500),
  primary key (provider_id, method),
  check ((first_day is null) = (last_day is null))
);
