-- Money that goes back to payers, and on to providers.

-- A refund is money that we give back; a reversal is money that a payer's bank took back, or that was matched by
-- mistake. Of one payment, and never more of it than there is.
create table refund (
  provider_id integer not null references provider,
  id bigint generated always as identity,
  public_id text not null,
  kind text not null check (kind in ('refund', 'reversal')),
  payment_id bigint not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  -- pending reserves its parts; failed frees them.
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  -- The provider's own words, such as the number of a credit note.
  reason text,
  -- Given back by the provider itself: no method is asked.
  manual boolean not null default false,
  method text not null,
  -- The method's own id: of a refund once it said one, of a reversal from the start.
  method_refund_id text,
  method_reversal_id text,
  failure text,
  -- The provider's time (its test clock), as every time below.
  created_at timestamptz not null,
  -- Before its method was first told of it.
  sent_at timestamptz,
  next_check_at timestamptz,
  checks integer not null default 0,
  ended_at timestamptz,
  primary key (provider_id, id),
  unique (provider_id, public_id),
  unique (provider_id, method, method_reversal_id),
  foreign key (provider_id, payment_id) references payment (provider_id, id),
  check ((kind = 'reversal') = (method_reversal_id is not null)),
  check (kind = 'refund' or status = 'succeeded'),
  check ((status = 'pending') = (ended_at is null)),
  check ((status = 'failed') = (failure is not null))
);
create index refund_payment on refund (provider_id, payment_id);
create index refund_due on refund (provider_id, next_check_at) where next_check_at is not null;

-- What goes back of each row of the payment; position is the row's.
create table refund_part (
  provider_id integer not null,
  refund_id bigint not null,
  payment_id bigint not null,
  position smallint not null,
  link_id bigint not null,
  amount bigint not null check (amount > 0),
  -- The part of it that no link had taken.
  unallocated bigint not null check (unallocated between 0 and amount),
  primary key (provider_id, refund_id, position),
  foreign key (provider_id, refund_id) references refund (provider_id, id),
  foreign key (provider_id, payment_id, position) references allocation (provider_id, payment_id, position)
);
create index refund_part_row on refund_part (provider_id, payment_id, position);
create index refund_part_link on refund_part (provider_id, link_id);

-- Finds money that waits for the provider to say what becomes of it.
create index allocation_unallocated on allocation (provider_id, event_id) where unallocated > 0;

create trigger refund_part_append_only before update or delete or truncate on refund_part
  for each statement execute function refuse_change();
create trigger refund_not_deleted before delete or truncate on refund
  for each statement execute function refuse_change();

-- What a refund is of never changes, and what was decided is decided.
create function refuse_refund_change() returns trigger language plpgsql as $$
begin
  if (new.public_id, new.kind, new.payment_id, new.amount, new.currency, new.manual, new.method)
      is distinct from (old.public_id, old.kind, old.payment_id, old.amount, old.currency, old.manual, old.method)
    or (old.status <> 'pending' and new.status <> old.status) then
    raise exception 'refund % is not to be changed so', old.public_id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger refund_fixed before update on refund for each row execute function refuse_refund_change();

-- No row of a payment gives back more than it brought. Whoever adds a part waits for all others of the payment,
-- so two that are made at the same moment cannot both take the last of it.
create function check_refund_part() returns trigger language plpgsql as $$
declare
  brought record;
  going record;
begin
  perform from payment where provider_id = new.provider_id and id = new.payment_id for no key update;
  select amount, unallocated, link_id into brought from allocation
    where provider_id = new.provider_id and payment_id = new.payment_id and position = new.position;
  select coalesce(sum(part.amount), 0) as amount, coalesce(sum(part.unallocated), 0) as unallocated into going
    from refund_part as part
    join refund on refund.provider_id = part.provider_id and refund.id = part.refund_id
      and refund.payment_id = part.payment_id and refund.status <> 'failed'
    where part.provider_id = new.provider_id and part.payment_id = new.payment_id
      and part.position = new.position;
  if new.link_id <> brought.link_id or going.unallocated > brought.unallocated
    or going.amount - going.unallocated > brought.amount - brought.unallocated then
    raise exception 'row % of payment % gives back % of %', new.position, new.payment_id, going.amount, brought.amount
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create trigger refund_part_covered after insert on refund_part
  for each row execute function check_refund_part();

alter table ledger_transaction
  drop constraint ledger_transaction_kind_check,
  add constraint ledger_transaction_kind_check check (kind in ('payment', 'refund', 'reversal', 'settlement')),
  add column refund_id bigint,
  add constraint ledger_transaction_refund_check check ((kind in ('refund', 'reversal')) = (refund_id is not null)),
  add constraint ledger_transaction_refund_key unique (provider_id, refund_id),
  add foreign key (provider_id, refund_id) references refund (provider_id, id);

-- settled: what the provider has of what the operator collected: passed on, less what it gave back itself.
alter table posting
  drop constraint posting_account_check,
  add constraint posting_account_check check (account in ('clearing', 'link', 'unallocated', 'settled'));

-- A refund is what its parts add up to. Posted once, part by part, when it has succeeded; before, and where it
-- failed, not at all. It comes out of clearing, or, where the provider gave back itself what the operator had
-- collected, out of what the provider has.
create function check_refund_sums(of_provider integer, of_refund bigint) returns void language plpgsql as $$
declare
  checked record;
  parts record;
  posted record;
begin
  select refund.amount, kind, status, payment_id,
      case when manual and collected_by = 'operator' then 'settled' else 'clearing' end as source
    into checked from refund
    join payment on payment.provider_id = refund.provider_id and payment.id = refund.payment_id
    where refund.provider_id = of_provider and refund.id = of_refund;
  select coalesce(sum(amount), 0) as amount, count(*) filter (where payment_id <> checked.payment_id) as strange
    into parts from refund_part where provider_id = of_provider and refund_id = of_refund;
  select count(distinct entry.id) as entries,
      coalesce(-sum(posting.amount) filter (where account = checked.source), 0) as amount,
      count(*) filter (where entry.kind <> checked.kind or entry.payment_id <> checked.payment_id
        or posting.payment_id <> checked.payment_id
        or account not in (checked.source, 'link', 'unallocated')) as strange
    into posted from ledger_transaction as entry
    left join posting on posting.provider_id = entry.provider_id and posting.transaction_id = entry.id
    where entry.provider_id = of_provider and entry.refund_id = of_refund;
  if parts.amount <> checked.amount or parts.strange > 0 or posted.strange > 0
    or posted.entries <> (case checked.status when 'succeeded' then 1 else 0 end)
    or posted.amount <> (case checked.status when 'succeeded' then checked.amount else 0 end)
    or exists (
      select from (
        select link_id, amount - unallocated as going, 0 as posted from refund_part
          where provider_id = of_provider and refund_id = of_refund and checked.status = 'succeeded'
        union all
        select null, unallocated, 0 from refund_part
          where provider_id = of_provider and refund_id = of_refund and checked.status = 'succeeded'
        union all
        select posting.link_id, 0, posting.amount from posting
          join ledger_transaction as entry on entry.provider_id = posting.provider_id
            and entry.id = posting.transaction_id and entry.refund_id = of_refund
          where posting.provider_id = of_provider and posting.account in ('link', 'unallocated')
      ) as side group by link_id having sum(going) <> sum(side.posted)
    ) then
    raise exception 'refund % of % is % with parts of % and postings of %', of_refund, checked.amount,
      checked.status, parts.amount, posted.amount using errcode = 'check_violation';
  end if;
end
$$;

-- Only what the operator collected is settled, and never more of a payment than it was. What was settled and
-- then refunded is the provider's debt until a later settlement takes it back.
create function check_settled(of_provider integer, of_payment bigint) returns void language plpgsql as $$
declare
  settled bigint;
  collected bigint;
  strange bigint;
begin
  select coalesce(sum(amount) filter (where account = 'settled'), 0),
      count(*) filter (where account not in ('clearing', 'settled'))
    into settled, strange from posting
    join ledger_transaction as entry on entry.provider_id = posting.provider_id
      and entry.id = posting.transaction_id and entry.kind = 'settlement'
    where posting.provider_id = of_provider and posting.payment_id = of_payment;
  select case collected_by when 'operator' then amount else 0 end into collected from payment
    where provider_id = of_provider and id = of_payment;
  if settled not between 0 and collected or strange > 0 then
    raise exception '% of payment % cannot be settled: % was collected', settled, of_payment, collected
      using errcode = 'check_violation';
  end if;
end
$$;

create function check_refund() returns trigger language plpgsql as $$
begin
  -- In steps: a row has the columns of its own table only.
  if tg_table_name = 'refund' then
    perform check_refund_sums(new.provider_id, new.id);
  else
    perform check_refund_sums(new.provider_id, new.refund_id);
  end if;
  return null;
end
$$;
create constraint trigger refund_accounted after insert or update of status on refund
  deferrable initially deferred for each row execute function check_refund();
create constraint trigger refund_part_accounted after insert on refund_part
  deferrable initially deferred for each row execute function check_refund();
create constraint trigger ledger_transaction_accounted after insert on ledger_transaction
  deferrable initially deferred for each row when (new.refund_id is not null) execute function check_refund();

-- As check_payment, which goes on looking at payments and rows; a posting is judged by its transaction's kind.
create function check_posting() returns trigger language plpgsql as $$
declare
  entry record;
  paid bigint;
  posted bigint;
begin
  select kind, refund_id into entry from ledger_transaction
    where provider_id = new.provider_id and id = new.transaction_id;
  if entry.kind in ('refund', 'reversal') then
    perform check_refund_sums(new.provider_id, entry.refund_id);
  elsif entry.kind = 'settlement' then
    perform check_settled(new.provider_id, new.payment_id);
  else
    select amount into paid from payment where provider_id = new.provider_id and id = new.payment_id;
    select coalesce(-sum(posting.amount), 0) into posted from posting
      join ledger_transaction on ledger_transaction.provider_id = posting.provider_id
        and ledger_transaction.id = posting.transaction_id and ledger_transaction.kind = 'payment'
      where posting.provider_id = new.provider_id and posting.payment_id = new.payment_id
        and posting.account in ('link', 'unallocated');
    if new.account = 'settled' or posted is distinct from paid then
      raise exception 'payment % of % has rows of % and postings of %', new.payment_id, paid, paid, posted
        using errcode = 'check_violation';
    end if;
  end if;
  return null;
end
$$;
drop trigger posting_accounted on posting;
create constraint trigger posting_accounted after insert on posting
  deferrable initially deferred for each row execute function check_posting();

-- Reversals of more than there is left, and refunds of which the method never says what became of them.
alter table review
  drop constraint review_kind_check,
  add constraint review_kind_check check (kind in
    ('wrong-currency', 'no-final-status', 'method-mismatch', 'reversal-mismatch', 'refund-unclear'));

alter table notification add column refund_id bigint;

-- The sandbox's own side of a refund.
create table sandbox_refund (
  provider_id integer not null references provider,
  refund_public_id text not null,
  charge_id text not null,
  amount bigint not null check (amount > 0),
  -- Null: it is refused.
  succeeds_at timestamptz,
  asked_at timestamptz not null,
  primary key (provider_id, refund_public_id),
  foreign key (provider_id, charge_id) references sandbox_charge (provider_id, id)
);
create index sandbox_refund_charge on sandbox_refund (provider_id, charge_id);
