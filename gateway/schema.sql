-- What the migrations make, for reading. Written by scripts/dump-schema.mjs; do not edit.
-- The tables of jobs are those of graphile-worker, in its own schema.

CREATE OR REPLACE FUNCTION public.check_ledger_transaction()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_payment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_posting()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_refund()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- In steps: a row has the columns of its own table only.
  if tg_table_name = 'refund' then
    perform check_refund_sums(new.provider_id, new.id);
  else
    perform check_refund_sums(new.provider_id, new.refund_id);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_refund_part()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_refund_sums(of_provider integer, of_refund bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_settled(of_provider integer, of_payment bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_settlement()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_settlement_run()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.keep_account()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  select nrb into new.nrb from payment_link where provider_id = new.provider_id and id = new.link_id;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.next_event_id(of_provider integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  newest bigint;
begin
  perform pg_advisory_xact_lock(7301, of_provider);
  select max(id) into newest from event where provider_id = of_provider;
  return greatest(coalesce(newest, 0) + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint);
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_refund_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (new.public_id, new.kind, new.payment_id, new.amount, new.currency, new.manual, new.method)
      is distinct from (old.public_id, old.kind, old.payment_id, old.amount, old.currency, old.manual, old.method)
    or (old.status <> 'pending' and new.status <> old.status) then
    raise exception 'refund % is not to be changed so', old.public_id using errcode = 'restrict_violation';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_test_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from payer where provider_id = new.id) then
    raise exception 'provider % has links: test cannot be changed', new.code using errcode = 'check_violation';
  end if;
  return new;
end
$function$;

create table allocation (
  provider_id integer not null,
  payment_id bigint not null,
  "position" smallint not null,
  link_id bigint not null,
  payer_id bigint not null,
  operation_id text,
  title text not null,
  amount bigint not null,
  unallocated bigint not null,
  completed boolean not null,
  nth integer not null,
  lms_plugin boolean default false not null,
  event_id bigint not null,
  nrb text,
  constraint allocation_pkey PRIMARY KEY (provider_id, payment_id, "position"),
  constraint allocation_amount_check CHECK ((amount > 0)),
  constraint allocation_check CHECK (((unallocated >= 0) AND (unallocated <= amount))),
  constraint allocation_nrb_check CHECK (((nrb IS NOT NULL) AND (nrb ~ '^\d{26}$'::text))),
  constraint allocation_nth_check CHECK ((nth > 0)),
  constraint allocation_provider_id_link_id_fkey FOREIGN KEY (provider_id, link_id) REFERENCES payment_link(provider_id, id),
  constraint allocation_provider_id_payment_id_fkey FOREIGN KEY (provider_id, payment_id) REFERENCES payment(provider_id, id)
);
CREATE UNIQUE INDEX allocation_link ON public.allocation USING btree (provider_id, link_id, nth);
CREATE INDEX allocation_pair ON public.allocation USING btree (provider_id, payer_id, operation_id, event_id);
CREATE INDEX allocation_recorded ON public.allocation USING btree (provider_id, event_id, "position");
CREATE INDEX allocation_unallocated ON public.allocation USING btree (provider_id, event_id) WHERE (unallocated > 0);
CREATE TRIGGER allocation_account BEFORE INSERT ON public.allocation FOR EACH ROW EXECUTE FUNCTION keep_account();
CREATE CONSTRAINT TRIGGER allocation_accounted AFTER INSERT ON public.allocation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_payment();
CREATE TRIGGER allocation_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.allocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table api_key (
  provider_id integer not null,
  id bigint generated always as identity,
  api_key text not null,
  lms_plugin boolean default false not null,
  created_at timestamp with time zone default now() not null,
  revoked_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (provider_id, id),
  constraint api_key_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table api_key_address (
  api_key text not null,
  provider_id integer not null,
  key_id bigint not null,
  constraint api_key_address_pkey PRIMARY KEY (api_key)
);

create table api_secret (
  provider_id integer not null,
  id bigint generated always as identity,
  key_id bigint not null,
  secret_hash bytea not null,
  created_at timestamp with time zone default now() not null,
  first_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint api_secret_pkey PRIMARY KEY (provider_id, id),
  constraint api_secret_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
  constraint api_secret_provider_id_key_id_fkey FOREIGN KEY (provider_id, key_id) REFERENCES api_key(provider_id, id)
);
CREATE INDEX api_secret_key ON public.api_secret USING btree (provider_id, key_id);

create table checkout (
  provider_id integer not null,
  id bigint generated always as identity,
  public_id text not null,
  payer_id bigint not null,
  method text not null,
  channel text not null,
  status text default 'created'::text not null,
  amount bigint not null,
  currency text not null,
  reference_number text not null,
  arrives text not null,
  form_nonce text,
  language text not null,
  method_reference text,
  redirect_url text,
  failure text,
  created_at timestamp with time zone not null,
  submitted_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  next_check_at timestamp with time zone,
  checks integer default 0 not null,
  ended_at timestamp with time zone,
  collected_by text default 'provider'::text not null,
  constraint checkout_pkey PRIMARY KEY (provider_id, id),
  constraint checkout_provider_id_form_nonce_key UNIQUE (provider_id, form_nonce),
  constraint checkout_provider_id_public_id_key UNIQUE (provider_id, public_id),
  constraint checkout_provider_id_reference_number_key UNIQUE (provider_id, reference_number),
  constraint checkout_amount_check CHECK ((amount > 0)),
  constraint checkout_arrives_check CHECK ((arrives = ANY (ARRAY['transfer'::text, 'batch'::text]))),
  constraint checkout_channel_check CHECK ((channel = ANY (ARRAY['blik'::text, 'bank'::text, 'card'::text, 'transfer'::text]))),
  constraint checkout_collected_by_check CHECK ((collected_by = ANY (ARRAY['provider'::text, 'operator'::text]))),
  constraint checkout_status_check CHECK ((status = ANY (ARRAY['created'::text, 'pending'::text, 'succeeded'::text, 'failed'::text, 'expired'::text]))),
  constraint checkout_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id),
  constraint checkout_provider_id_payer_id_fkey FOREIGN KEY (provider_id, payer_id) REFERENCES payer(provider_id, id)
);
CREATE INDEX checkout_due ON public.checkout USING btree (provider_id, next_check_at) WHERE (next_check_at IS NOT NULL);
CREATE INDEX checkout_method_reference ON public.checkout USING btree (provider_id, method, method_reference);
CREATE INDEX checkout_pending ON public.checkout USING btree (provider_id, payer_id) WHERE (status = 'pending'::text);

create table checkout_link (
  provider_id integer not null,
  checkout_id bigint not null,
  "position" smallint not null,
  link_id bigint not null,
  amount bigint not null,
  constraint checkout_link_pkey PRIMARY KEY (provider_id, checkout_id, "position"),
  constraint checkout_link_provider_id_checkout_id_link_id_key UNIQUE (provider_id, checkout_id, link_id),
  constraint checkout_link_amount_check CHECK ((amount > 0)),
  constraint checkout_link_provider_id_checkout_id_fkey FOREIGN KEY (provider_id, checkout_id) REFERENCES checkout(provider_id, id),
  constraint checkout_link_provider_id_link_id_fkey FOREIGN KEY (provider_id, link_id) REFERENCES payment_link(provider_id, id)
);
CREATE INDEX checkout_link_link ON public.checkout_link USING btree (provider_id, link_id);

create table event (
  provider_id integer not null,
  id bigint not null,
  type text not null,
  at timestamp with time zone not null,
  data json not null,
  constraint event_pkey PRIMARY KEY (provider_id, id),
  constraint event_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table event_fetch (
  provider_id integer not null,
  fetched_id bigint not null,
  constraint event_fetch_pkey PRIMARY KEY (provider_id),
  constraint event_fetch_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table idempotent_answer (
  provider_id integer not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  body text not null,
  created_at timestamp with time zone default now() not null,
  constraint idempotent_answer_pkey PRIMARY KEY (provider_id, key),
  constraint idempotent_answer_key_check CHECK ((char_length(key) <= 255))
);
CREATE INDEX idempotent_answer_age ON public.idempotent_answer USING btree (created_at);

create table installation_secret (
  name text not null,
  value bytea not null,
  constraint installation_secret_pkey PRIMARY KEY (name)
);

create table ledger_transaction (
  provider_id integer not null,
  id bigint generated always as identity,
  kind text not null,
  payment_id bigint not null,
  at timestamp with time zone not null,
  refund_id bigint,
  constraint ledger_transaction_pkey PRIMARY KEY (provider_id, id),
  constraint ledger_transaction_refund_key UNIQUE (provider_id, refund_id),
  constraint ledger_transaction_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text, 'reversal'::text, 'settlement'::text]))),
  constraint ledger_transaction_refund_check CHECK (((kind = ANY (ARRAY['refund'::text, 'reversal'::text])) = (refund_id IS NOT NULL))),
  constraint ledger_transaction_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id),
  constraint ledger_transaction_provider_id_payment_id_fkey FOREIGN KEY (provider_id, payment_id) REFERENCES payment(provider_id, id),
  constraint ledger_transaction_provider_id_refund_id_fkey FOREIGN KEY (provider_id, refund_id) REFERENCES refund(provider_id, id)
);
CREATE INDEX ledger_transaction_payment ON public.ledger_transaction USING btree (provider_id, payment_id);
CREATE CONSTRAINT TRIGGER ledger_transaction_accounted AFTER INSERT ON public.ledger_transaction DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.refund_id IS NOT NULL)) EXECUTE FUNCTION check_refund();
CREATE TRIGGER ledger_transaction_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_transaction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table link_token (
  token bytea not null,
  provider_id integer not null,
  link_id bigint not null,
  constraint link_token_pkey PRIMARY KEY (token)
);

create table mail (
  provider_id integer not null,
  id bigint generated always as identity,
  message_id text not null,
  template text not null,
  language text not null,
  state text default 'queued'::text not null,
  recipient text,
  data jsonb,
  headers jsonb,
  tries integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  next_try_at timestamp with time zone default now() not null,
  taken_until timestamp with time zone,
  ended_at timestamp with time zone,
  problem text,
  constraint mail_pkey PRIMARY KEY (provider_id, id),
  constraint mail_message_id_key UNIQUE (message_id),
  constraint mail_check CHECK (((state = 'queued'::text) = (ended_at IS NULL))),
  constraint mail_check1 CHECK (((state = 'queued'::text) = ((recipient IS NOT NULL) AND (data IS NOT NULL)))),
  constraint mail_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'refused'::text, 'unwanted'::text]))),
  constraint mail_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);
CREATE INDEX mail_age ON public.mail USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX mail_due ON public.mail USING btree (next_try_at) WHERE (state = 'queued'::text);

create table mail_refusal (
  provider_id integer not null,
  address_hash bytea not null,
  kind text not null,
  since timestamp with time zone default now() not null,
  problem text,
  constraint mail_refusal_pkey PRIMARY KEY (provider_id, address_hash, kind),
  constraint mail_refusal_address_hash_check CHECK ((octet_length(address_hash) = 32)),
  constraint mail_refusal_kind_check CHECK ((kind = ANY (ARRAY['bad'::text, 'unwanted'::text]))),
  constraint mail_refusal_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table method_account (
  provider_id integer not null,
  method text not null,
  collected_by text not null,
  settings jsonb not null,
  credentials bytea not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint method_account_pkey PRIMARY KEY (provider_id, method),
  constraint method_account_collected_by_check CHECK ((collected_by = ANY (ARRAY['provider'::text, 'operator'::text]))),
  constraint method_account_method_check CHECK ((method ~ '^[a-z0-9]{1,20}$'::text)),
  constraint method_account_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table notification (
  provider_id integer not null,
  id bigint generated always as identity,
  method text not null,
  received_at timestamp with time zone default now() not null,
  verdict text not null,
  checkout_id bigint,
  body text not null,
  refund_id bigint,
  constraint notification_pkey PRIMARY KEY (provider_id, id),
  constraint notification_body_check CHECK ((octet_length(body) <= 65536)),
  constraint notification_verdict_check CHECK ((verdict = ANY (ARRAY['believed'::text, 'forged'::text, 'unknown'::text, 'unreadable'::text]))),
  constraint notification_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);
CREATE INDEX notification_age ON public.notification USING btree (received_at);
CREATE INDEX notification_doubted ON public.notification USING btree (provider_id, received_at) WHERE (verdict <> 'believed'::text);

create table payer (
  provider_id integer not null,
  id bigint generated always as identity,
  user_id text not null,
  created_at timestamp with time zone default now() not null,
  constraint payer_pkey PRIMARY KEY (provider_id, id),
  constraint payer_provider_id_user_id_key UNIQUE (provider_id, user_id),
  constraint payer_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table payment (
  provider_id integer not null,
  id bigint generated always as identity,
  public_id text not null,
  checkout_id bigint not null,
  payer_id bigint not null,
  reference_number text not null,
  title_reference text,
  method text not null,
  channel text not null,
  method_payment_id text not null,
  amount bigint not null,
  currency text not null,
  arrives text not null,
  paid_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  event_id bigint not null,
  collected_by text default 'provider'::text not null,
  constraint payment_pkey PRIMARY KEY (provider_id, id),
  constraint payment_provider_id_method_method_payment_id_key UNIQUE (provider_id, method, method_payment_id),
  constraint payment_provider_id_public_id_key UNIQUE (provider_id, public_id),
  constraint payment_provider_id_reference_number_key UNIQUE (provider_id, reference_number),
  constraint payment_amount_check CHECK ((amount > 0)),
  constraint payment_arrives_check CHECK ((arrives = ANY (ARRAY['transfer'::text, 'batch'::text]))),
  constraint payment_channel_check CHECK ((channel = ANY (ARRAY['blik'::text, 'bank'::text, 'card'::text, 'transfer'::text]))),
  constraint payment_collected_by_check CHECK ((collected_by = ANY (ARRAY['provider'::text, 'operator'::text]))),
  constraint payment_provider_id_checkout_id_fkey FOREIGN KEY (provider_id, checkout_id) REFERENCES checkout(provider_id, id),
  constraint payment_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);
CREATE INDEX payment_checkout ON public.payment USING btree (provider_id, checkout_id);
CREATE INDEX payment_collected ON public.payment USING btree (provider_id, recorded_at) WHERE (collected_by = 'operator'::text);
CREATE INDEX payment_operator_method ON public.payment USING btree (method, method_payment_id) WHERE (collected_by = 'operator'::text);
CREATE UNIQUE INDEX payment_recorded ON public.payment USING btree (provider_id, event_id);
CREATE CONSTRAINT TRIGGER payment_accounted AFTER INSERT ON public.payment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_payment();
CREATE TRIGGER payment_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.payment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table payment_link (
  provider_id integer not null,
  id bigint generated always as identity,
  payer_id bigint not null,
  operation_id text,
  token bytea not null,
  short_code text,
  status text default 'active'::text not null,
  resolution text,
  currency text not null,
  asked_amount bigint not null,
  open_amount bigint not null,
  paid_amount bigint default 0 not null,
  refunded_amount bigint default 0 not null,
  nrb text not null,
  title text not null,
  payment_due date not null,
  name text,
  surname text,
  email text,
  recipient_id text,
  recipient_name text,
  lms_plugin boolean default false not null,
  dropped text[],
  cancel_reference text,
  revoked boolean default false not null,
  attempted boolean default false not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint payment_link_pkey PRIMARY KEY (provider_id, id),
  constraint payment_link_asked_amount_check CHECK (((asked_amount >= 1) AND (asked_amount <= 999999999))),
  constraint payment_link_check CHECK (((refunded_amount >= 0) AND (refunded_amount <= paid_amount))),
  constraint payment_link_check1 CHECK ((open_amount <= asked_amount)),
  constraint payment_link_check2 CHECK (((status = 'paid'::text) = ((open_amount = 0) AND (status <> 'cancelled'::text)))),
  constraint payment_link_check3 CHECK (((status = 'active'::text) = (ended_at IS NULL))),
  constraint payment_link_check4 CHECK (((status = 'cancelled'::text) = (resolution IS NOT NULL))),
  constraint payment_link_open_amount_check CHECK ((open_amount >= 0)),
  constraint payment_link_paid_amount_check CHECK ((paid_amount >= 0)),
  constraint payment_link_resolution_check CHECK ((resolution = ANY (ARRAY['PAID'::text, 'CANCELLED'::text]))),
  constraint payment_link_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paid'::text, 'cancelled'::text]))),
  constraint payment_link_token_check CHECK ((octet_length(token) = 64)),
  constraint payment_link_provider_id_payer_id_fkey FOREIGN KEY (provider_id, payer_id) REFERENCES payer(provider_id, id)
);
CREATE UNIQUE INDEX payment_link_active ON public.payment_link USING btree (provider_id, payer_id, operation_id) WHERE (status = 'active'::text);

create table payout (
  provider_id integer not null,
  id bigint generated always as identity,
  public_id text not null,
  method text not null,
  method_payout_id text not null,
  collected_by text not null,
  day date not null,
  made_at timestamp with time zone,
  sent_at timestamp with time zone,
  currency text not null,
  amount bigint not null,
  fee bigint not null,
  read_at timestamp with time zone not null,
  constraint payout_pkey PRIMARY KEY (provider_id, id),
  constraint payout_provider_id_method_method_payout_id_key UNIQUE (provider_id, method, method_payout_id),
  constraint payout_provider_id_public_id_key UNIQUE (provider_id, public_id),
  constraint payout_collected_by_check CHECK ((collected_by = ANY (ARRAY['provider'::text, 'operator'::text]))),
  constraint payout_fee_check CHECK ((fee >= 0)),
  constraint payout_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);
CREATE INDEX payout_day ON public.payout USING btree (provider_id, day, id);

create table payout_item (
  provider_id integer not null,
  payout_id bigint not null,
  "position" integer not null,
  kind text not null,
  method text not null,
  method_payment_id text not null,
  refund_reference text,
  currency text not null,
  amount bigint not null,
  fee bigint not null,
  constraint payout_item_pkey PRIMARY KEY (provider_id, payout_id, "position"),
  constraint payout_item_check CHECK (((kind = 'refund'::text) = (refund_reference IS NOT NULL))),
  constraint payout_item_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text]))),
  constraint payout_item_position_check CHECK (("position" > 0)),
  constraint payout_item_provider_id_payout_id_fkey FOREIGN KEY (provider_id, payout_id) REFERENCES payout(provider_id, id)
);
CREATE INDEX payout_item_payment ON public.payout_item USING btree (provider_id, method, method_payment_id);

create table payout_reading (
  provider_id integer not null,
  method text not null,
  first_day date,
  last_day date,
  tried_at timestamp with time zone not null,
  failure text,
  constraint payout_reading_pkey PRIMARY KEY (provider_id, method),
  constraint payout_reading_check CHECK (((first_day IS NULL) = (last_day IS NULL))),
  constraint payout_reading_failure_check CHECK ((char_length(failure) <= 500)),
  constraint payout_reading_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table pin (
  provider_id integer not null,
  id bigint generated always as identity,
  key_id bigint not null,
  pin_hash bytea not null,
  wrong_tries smallint default 0 not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint pin_pkey PRIMARY KEY (provider_id, id),
  constraint pin_provider_id_key_id_fkey FOREIGN KEY (provider_id, key_id) REFERENCES api_key(provider_id, id)
);
CREATE INDEX pin_key ON public.pin USING btree (provider_id, key_id);

create table posting (
  provider_id integer not null,
  transaction_id bigint not null,
  "position" smallint not null,
  account text not null,
  link_id bigint,
  payment_id bigint not null,
  amount bigint not null,
  currency text not null,
  constraint posting_pkey PRIMARY KEY (provider_id, transaction_id, "position"),
  constraint posting_account_check CHECK ((account = ANY (ARRAY['clearing'::text, 'link'::text, 'unallocated'::text, 'settled'::text]))),
  constraint posting_amount_check CHECK ((amount <> 0)),
  constraint posting_check CHECK (((account = 'link'::text) = (link_id IS NOT NULL))),
  constraint posting_provider_id_transaction_id_fkey FOREIGN KEY (provider_id, transaction_id) REFERENCES ledger_transaction(provider_id, id)
);
CREATE INDEX posting_link ON public.posting USING btree (provider_id, link_id) WHERE (link_id IS NOT NULL);
CREATE INDEX posting_payment ON public.posting USING btree (provider_id, payment_id);
CREATE CONSTRAINT TRIGGER posting_accounted AFTER INSERT ON public.posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_posting();
CREATE TRIGGER posting_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER posting_balanced AFTER INSERT ON public.posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_transaction();

create table provider (
  id integer generated always as identity,
  code text not null,
  name text not null,
  test boolean not null,
  disabled_at timestamp with time zone,
  tax_id text,
  address text,
  phone text,
  help_url text,
  terms_url text,
  privacy_url text,
  language text default 'pl'::text not null,
  currency text default 'PLN'::text not null,
  default_nrb text,
  color text,
  logo bytea,
  logo_type text,
  logo_hash text generated always as ("left"(encode(sha256(logo), 'hex'::text), 16)) stored,
  imports_transfers boolean default false not null,
  clock_ahead integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  ways jsonb default '{}'::jsonb not null,
  contact_email text,
  receipts boolean,
  constraint provider_pkey PRIMARY KEY (id),
  constraint provider_code_key UNIQUE (code),
  constraint provider_check CHECK (((clock_ahead >= 0) AND (test OR (clock_ahead = 0)))),
  constraint provider_check1 CHECK (((logo IS NULL) = (logo_type IS NULL))),
  constraint provider_code_check CHECK ((code ~ '^[A-Za-z0-9_-]{1,40}$'::text)),
  constraint provider_color_check CHECK ((color ~ '^#[0-9a-f]{6}$'::text)),
  constraint provider_contact_email_check CHECK (((char_length(contact_email) >= 3) AND (char_length(contact_email) <= 254))),
  constraint provider_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint provider_default_nrb_check CHECK ((default_nrb ~ '^\d{26}$'::text)),
  constraint provider_language_check CHECK ((language = ANY (ARRAY['pl'::text, 'en'::text, 'uk'::text]))),
  constraint provider_logo_check CHECK ((octet_length(logo) <= 20480)),
  constraint provider_logo_type_check CHECK ((logo_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text]))),
  constraint provider_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 140))),
  constraint provider_ways_check CHECK ((jsonb_typeof(ways) = 'object'::text))
);
CREATE TRIGGER provider_test_fixed BEFORE UPDATE OF test ON public.provider FOR EACH ROW WHEN ((old.test IS DISTINCT FROM new.test)) EXECUTE FUNCTION refuse_test_change();

create table receipt_cursor (
  provider_id integer not null,
  event_id bigint not null,
  constraint receipt_cursor_pkey PRIMARY KEY (provider_id),
  constraint receipt_cursor_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table reference_number_day (
  day date not null,
  last integer not null,
  constraint reference_number_day_pkey PRIMARY KEY (day),
  constraint reference_number_day_last_check CHECK (((last >= 0) AND (last <= 999999)))
);

create table refund (
  provider_id integer not null,
  id bigint generated always as identity,
  public_id text not null,
  kind text not null,
  payment_id bigint not null,
  amount bigint not null,
  currency text not null,
  status text not null,
  reason text,
  manual boolean default false not null,
  method text not null,
  method_refund_id text,
  method_reversal_id text,
  failure text,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer default 0 not null,
  ended_at timestamp with time zone,
  constraint refund_pkey PRIMARY KEY (provider_id, id),
  constraint refund_provider_id_method_method_reversal_id_key UNIQUE (provider_id, method, method_reversal_id),
  constraint refund_provider_id_public_id_key UNIQUE (provider_id, public_id),
  constraint refund_amount_check CHECK ((amount > 0)),
  constraint refund_check CHECK (((kind = 'reversal'::text) = (method_reversal_id IS NOT NULL))),
  constraint refund_check1 CHECK (((kind = 'refund'::text) OR (status = 'succeeded'::text))),
  constraint refund_check2 CHECK (((status = 'pending'::text) = (ended_at IS NULL))),
  constraint refund_check3 CHECK (((status = 'failed'::text) = (failure IS NOT NULL))),
  constraint refund_kind_check CHECK ((kind = ANY (ARRAY['refund'::text, 'reversal'::text]))),
  constraint refund_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text]))),
  constraint refund_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id),
  constraint refund_provider_id_payment_id_fkey FOREIGN KEY (provider_id, payment_id) REFERENCES payment(provider_id, id)
);
CREATE INDEX refund_due ON public.refund USING btree (provider_id, next_check_at) WHERE (next_check_at IS NOT NULL);
CREATE INDEX refund_payment ON public.refund USING btree (provider_id, payment_id);
CREATE CONSTRAINT TRIGGER refund_accounted AFTER INSERT OR UPDATE OF status ON public.refund DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund();
CREATE TRIGGER refund_fixed BEFORE UPDATE ON public.refund FOR EACH ROW EXECUTE FUNCTION refuse_refund_change();
CREATE TRIGGER refund_not_deleted BEFORE DELETE OR TRUNCATE ON public.refund FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table refund_part (
  provider_id integer not null,
  refund_id bigint not null,
  payment_id bigint not null,
  "position" smallint not null,
  link_id bigint not null,
  amount bigint not null,
  unallocated bigint not null,
  constraint refund_part_pkey PRIMARY KEY (provider_id, refund_id, "position"),
  constraint refund_part_amount_check CHECK ((amount > 0)),
  constraint refund_part_check CHECK (((unallocated >= 0) AND (unallocated <= amount))),
  constraint refund_part_provider_id_payment_id_position_fkey FOREIGN KEY (provider_id, payment_id, "position") REFERENCES allocation(provider_id, payment_id, "position"),
  constraint refund_part_provider_id_refund_id_fkey FOREIGN KEY (provider_id, refund_id) REFERENCES refund(provider_id, id)
);
CREATE INDEX refund_part_link ON public.refund_part USING btree (provider_id, link_id);
CREATE INDEX refund_part_row ON public.refund_part USING btree (provider_id, payment_id, "position");
CREATE CONSTRAINT TRIGGER refund_part_accounted AFTER INSERT ON public.refund_part DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund();
CREATE TRIGGER refund_part_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.refund_part FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refund_part_covered AFTER INSERT ON public.refund_part FOR EACH ROW EXECUTE FUNCTION check_refund_part();

create table review (
  provider_id integer not null,
  id bigint generated always as identity,
  kind text not null,
  checkout_id bigint not null,
  subject text not null,
  details jsonb not null,
  created_at timestamp with time zone default now() not null,
  closed_at timestamp with time zone,
  note text,
  constraint review_pkey PRIMARY KEY (provider_id, id),
  constraint review_provider_id_checkout_id_kind_subject_key UNIQUE (provider_id, checkout_id, kind, subject),
  constraint review_kind_check CHECK ((kind = ANY (ARRAY['wrong-currency'::text, 'no-final-status'::text, 'method-mismatch'::text, 'reversal-mismatch'::text, 'refund-unclear'::text]))),
  constraint review_note_check CHECK (((char_length(note) >= 1) AND (char_length(note) <= 500))),
  constraint review_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table sandbox_charge (
  provider_id integer not null,
  id text not null,
  checkout_public_id text not null,
  channel text not null,
  amount bigint not null,
  currency text not null,
  title text not null,
  return_url text not null,
  outcome text,
  decided_at timestamp with time zone,
  stopped_at timestamp with time zone,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  notify_at timestamp with time zone,
  notified integer default 0 not null,
  constraint sandbox_charge_pkey PRIMARY KEY (provider_id, id),
  constraint sandbox_charge_provider_id_checkout_public_id_key UNIQUE (provider_id, checkout_public_id),
  constraint sandbox_charge_amount_check CHECK ((amount > 0)),
  constraint sandbox_charge_channel_check CHECK ((channel = ANY (ARRAY['blik'::text, 'bank'::text, 'card'::text]))),
  constraint sandbox_charge_check CHECK (((outcome IS NULL) = (decided_at IS NULL))),
  constraint sandbox_charge_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);
CREATE INDEX sandbox_charge_notify ON public.sandbox_charge USING btree (provider_id, notify_at) WHERE (notify_at IS NOT NULL);

create table sandbox_refund (
  provider_id integer not null,
  refund_public_id text not null,
  charge_id text not null,
  amount bigint not null,
  succeeds_at timestamp with time zone,
  asked_at timestamp with time zone not null,
  constraint sandbox_refund_pkey PRIMARY KEY (provider_id, refund_public_id),
  constraint sandbox_refund_amount_check CHECK ((amount > 0)),
  constraint sandbox_refund_provider_id_charge_id_fkey FOREIGN KEY (provider_id, charge_id) REFERENCES sandbox_charge(provider_id, id),
  constraint sandbox_refund_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);
CREATE INDEX sandbox_refund_charge ON public.sandbox_refund USING btree (provider_id, charge_id);

create table settlement_item (
  provider_id integer not null,
  id bigint generated always as identity,
  run_id bigint not null,
  payment_id bigint not null,
  nrb text not null,
  kind text not null,
  due bigint not null,
  amount bigint not null,
  "position" integer,
  reference_number text not null,
  title text not null,
  payee_name text not null,
  returns_item_id bigint,
  cancelled boolean default false not null,
  closed_at timestamp with time zone,
  closed_by text,
  constraint settlement_item_pkey PRIMARY KEY (provider_id, id),
  constraint settlement_item_provider_id_returns_item_id_key UNIQUE (provider_id, returns_item_id),
  constraint settlement_item_run_id_position_key UNIQUE (run_id, "position"),
  constraint settlement_item_amount_check CHECK ((amount >= 0)),
  constraint settlement_item_check CHECK (((kind = 'return'::text) = (returns_item_id IS NOT NULL))),
  constraint settlement_item_check1 CHECK ((((kind = 'transfer'::text) AND (amount > 0)) = ("position" IS NOT NULL))),
  constraint settlement_item_check2 CHECK (((kind = 'transfer'::text) OR ((amount = 0) AND (due < 0)))),
  constraint settlement_item_check3 CHECK ((amount <= GREATEST(due, (0)::bigint))),
  constraint settlement_item_due_check CHECK ((due <> 0)),
  constraint settlement_item_kind_check CHECK ((kind = ANY (ARRAY['transfer'::text, 'return'::text]))),
  constraint settlement_item_nrb_check CHECK ((nrb ~ '^\d{26}$'::text)),
  constraint settlement_item_position_check CHECK (("position" > 0)),
  constraint settlement_item_provider_id_payment_id_fkey FOREIGN KEY (provider_id, payment_id) REFERENCES payment(provider_id, id),
  constraint settlement_item_provider_id_returns_item_id_fkey FOREIGN KEY (provider_id, returns_item_id) REFERENCES settlement_item(provider_id, id),
  constraint settlement_item_run_id_fkey FOREIGN KEY (run_id) REFERENCES settlement_run(id)
);
CREATE INDEX settlement_item_awaited ON public.settlement_item USING btree (provider_id, reference_number) WHERE (("position" IS NOT NULL) AND (closed_at IS NULL) AND (NOT cancelled));
CREATE UNIQUE INDEX settlement_item_once ON public.settlement_item USING btree (run_id, provider_id, payment_id, nrb) WHERE (kind = 'transfer'::text);
CREATE INDEX settlement_item_payment ON public.settlement_item USING btree (provider_id, payment_id) WHERE (NOT cancelled);
CREATE CONSTRAINT TRIGGER settlement_item_accounted AFTER INSERT OR UPDATE ON public.settlement_item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_settlement();
CREATE CONSTRAINT TRIGGER settlement_item_balanced AFTER INSERT ON public.settlement_item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_settlement_run();

create table settlement_run (
  id bigint generated always as identity,
  public_id text not null,
  test boolean not null,
  currency text not null,
  status text default 'made'::text not null,
  debit_nrb text not null,
  debit_name text not null,
  debit_address text,
  debit_bic text,
  executes_on date not null,
  until timestamp with time zone not null,
  created_at timestamp with time zone not null,
  uploaded_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint settlement_run_pkey PRIMARY KEY (id),
  constraint settlement_run_public_id_key UNIQUE (public_id),
  constraint settlement_run_check CHECK (((uploaded_at IS NOT NULL) = (status = ANY (ARRAY['uploaded'::text, 'closed'::text])))),
  constraint settlement_run_check1 CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['closed'::text, 'cancelled'::text])))),
  constraint settlement_run_debit_nrb_check CHECK ((debit_nrb ~ '^\d{26}$'::text)),
  constraint settlement_run_status_check CHECK ((status = ANY (ARRAY['made'::text, 'uploaded'::text, 'closed'::text, 'cancelled'::text])))
);

create table short_link (
  code text not null,
  provider_id integer not null,
  token bytea not null,
  constraint short_link_pkey PRIMARY KEY (code)
);

create table short_link_parameters (
  provider_id integer not null,
  suffix text not null,
  query text not null,
  constraint short_link_parameters_pkey PRIMARY KEY (provider_id, suffix),
  constraint short_link_parameters_provider_id_query_key UNIQUE (provider_id, query),
  constraint short_link_parameters_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table statement (
  provider_id integer not null,
  id bigint generated always as identity,
  public_id text not null,
  source text not null,
  file_name text,
  format text,
  state text default 'reading'::text not null,
  problem text,
  bytes bigint default 0 not null,
  sha256 bytea,
  entries integer default 0 not null,
  entries_new integer default 0 not null,
  idempotency_key text,
  created_at timestamp with time zone default now() not null,
  touched_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  constraint statement_pkey PRIMARY KEY (provider_id, id),
  constraint statement_provider_id_idempotency_key_key UNIQUE (provider_id, idempotency_key),
  constraint statement_provider_id_public_id_key UNIQUE (provider_id, public_id),
  constraint statement_check CHECK (((state = 'failed'::text) = (problem IS NOT NULL))),
  constraint statement_file_name_check CHECK ((char_length(file_name) <= 255)),
  constraint statement_format_check CHECK ((format = ANY (ARRAY['mt940'::text, 'camt053'::text, 'csv'::text, 'elixir'::text]))),
  constraint statement_idempotency_key_check CHECK ((char_length(idempotency_key) <= 255)),
  constraint statement_source_check CHECK ((source = ANY (ARRAY['api'::text, 'command'::text, 'folder'::text]))),
  constraint statement_state_check CHECK ((state = ANY (ARRAY['reading'::text, 'matching'::text, 'done'::text, 'failed'::text]))),
  constraint statement_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);
CREATE INDEX statement_open ON public.statement USING btree (touched_at) WHERE (state = ANY (ARRAY['reading'::text, 'matching'::text]));

create table statement_entry (
  provider_id integer not null,
  id bigint generated always as identity,
  statement_id bigint not null,
  "position" integer not null,
  entry_key text not null,
  account text not null,
  currency text not null,
  amount bigint not null,
  direction text not null,
  is_reversal boolean not null,
  booked_on date not null,
  value_on date,
  bank_reference text,
  title text,
  counterparty_name text,
  counterparty_account text,
  target_account text,
  transaction_code text,
  source_hash bytea,
  state text default 'new'::text not null,
  rule text,
  checkout_id bigint,
  payer_id bigint,
  payment_id bigint,
  recorded integer default 0 not null,
  decided_at timestamp with time zone,
  constraint statement_entry_pkey PRIMARY KEY (provider_id, id),
  constraint statement_entry_provider_id_entry_key_key UNIQUE (provider_id, entry_key),
  constraint statement_entry_amount_check CHECK ((amount > 0)),
  constraint statement_entry_check CHECK (((payment_id IS NULL) OR (state = ANY (ARRAY['matched'::text, 'short'::text, 'over'::text, 'duplicate'::text, 'expected'::text])))),
  constraint statement_entry_check1 CHECK (((payment_id IS NOT NULL) OR (state <> ALL (ARRAY['matched'::text, 'short'::text, 'over'::text, 'expected'::text])))),
  constraint statement_entry_direction_check CHECK ((direction = ANY (ARRAY['credit'::text, 'debit'::text]))),
  constraint statement_entry_state_check CHECK ((state = ANY (ARRAY['new'::text, 'matched'::text, 'short'::text, 'over'::text, 'duplicate'::text, 'expected'::text, 'wrong-currency'::text, 'unknown'::text, 'debit'::text, 'ignored'::text]))),
  constraint statement_entry_provider_id_checkout_id_fkey FOREIGN KEY (provider_id, checkout_id) REFERENCES checkout(provider_id, id),
  constraint statement_entry_provider_id_payer_id_fkey FOREIGN KEY (provider_id, payer_id) REFERENCES payer(provider_id, id),
  constraint statement_entry_provider_id_payment_id_fkey FOREIGN KEY (provider_id, payment_id) REFERENCES payment(provider_id, id),
  constraint statement_entry_provider_id_statement_id_fkey FOREIGN KEY (provider_id, statement_id) REFERENCES statement(provider_id, id)
);
CREATE INDEX statement_entry_aged ON public.statement_entry USING btree (decided_at) WHERE (title IS NOT NULL);
CREATE INDEX statement_entry_new ON public.statement_entry USING btree (provider_id, statement_id, id) WHERE (state = 'new'::text);
CREATE INDEX statement_entry_payment ON public.statement_entry USING btree (provider_id, payment_id) WHERE (payment_id IS NOT NULL);
CREATE INDEX statement_entry_queue ON public.statement_entry USING btree (provider_id, id) WHERE ((state = ANY (ARRAY['unknown'::text, 'wrong-currency'::text, 'duplicate'::text])) AND (payment_id IS NULL));
CREATE INDEX statement_entry_source ON public.statement_entry USING btree (provider_id, source_hash) WHERE ((source_hash IS NOT NULL) AND (payer_id IS NOT NULL));
CREATE INDEX statement_entry_statement ON public.statement_entry USING btree (provider_id, statement_id, id);

create table statement_line (
  provider_id integer not null,
  statement_id bigint not null,
  "position" integer not null,
  base_key text not null,
  account text not null,
  currency text not null,
  amount bigint not null,
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
  constraint statement_line_pkey PRIMARY KEY (provider_id, statement_id, "position"),
  constraint statement_line_amount_check CHECK ((amount > 0)),
  constraint statement_line_provider_id_statement_id_fkey FOREIGN KEY (provider_id, statement_id) REFERENCES statement(provider_id, id)
);

create table virtual_account (
  provider_id integer not null,
  prefix text not null,
  constraint virtual_account_pkey PRIMARY KEY (provider_id, prefix),
  constraint virtual_account_prefix_check CHECK ((prefix ~ '^[0-9A-Z]{1,20}$'::text)),
  constraint virtual_account_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table webhook_attempt (
  provider_id integer not null,
  endpoint_id bigint not null,
  event_id bigint not null,
  nth integer not null,
  at timestamp with time zone not null,
  status integer,
  failure text,
  duration_ms integer not null,
  constraint webhook_attempt_pkey PRIMARY KEY (provider_id, endpoint_id, event_id, nth),
  constraint webhook_attempt_duration_ms_check CHECK ((duration_ms >= 0)),
  constraint webhook_attempt_nth_check CHECK ((nth > 0)),
  constraint webhook_attempt_provider_id_endpoint_id_fkey FOREIGN KEY (provider_id, endpoint_id) REFERENCES webhook_endpoint(provider_id, id)
);

create table webhook_delivery (
  provider_id integer not null,
  endpoint_id bigint not null,
  event_id bigint not null,
  state text default 'pending'::text not null,
  user_ids text[] not null,
  attempts integer default 0 not null,
  failures integer default 0 not null,
  next_at timestamp with time zone,
  queued_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint webhook_delivery_pkey PRIMARY KEY (provider_id, endpoint_id, event_id),
  constraint webhook_delivery_check CHECK (((state = 'pending'::text) = (ended_at IS NULL))),
  constraint webhook_delivery_check1 CHECK (((state = 'pending'::text) OR (next_at IS NULL))),
  constraint webhook_delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'parked'::text]))),
  constraint webhook_delivery_provider_id_endpoint_id_fkey FOREIGN KEY (provider_id, endpoint_id) REFERENCES webhook_endpoint(provider_id, id)
);
CREATE INDEX webhook_delivery_due ON public.webhook_delivery USING btree (endpoint_id, next_at, event_id) WHERE (next_at IS NOT NULL);
CREATE INDEX webhook_delivery_fresh ON public.webhook_delivery USING btree (endpoint_id, event_id) WHERE ((next_at IS NOT NULL) AND (failures = 0));
CREATE INDEX webhook_delivery_open ON public.webhook_delivery USING btree (endpoint_id, event_id) WHERE (state <> 'delivered'::text);

create table webhook_endpoint (
  provider_id integer not null,
  id bigint generated always as identity,
  public_id text not null,
  url text not null,
  description text default ''::text not null,
  types text[] default '{}'::text[] not null,
  enabled boolean default true not null,
  gone_at timestamp with time zone,
  deleted_at timestamp with time zone,
  secret bytea not null,
  old_secret bytea,
  old_secret_until timestamp with time zone,
  cursor_id bigint not null,
  failures integer default 0 not null,
  failing_since timestamp with time zone,
  not_before timestamp with time zone,
  again_not_before timestamp with time zone,
  failing_told_at timestamp with time zone,
  parked_told_at timestamp with time zone,
  leased_by text,
  leased_until timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint webhook_endpoint_pkey PRIMARY KEY (provider_id, id),
  constraint webhook_endpoint_id_key UNIQUE (id),
  constraint webhook_endpoint_public_id_key UNIQUE (public_id),
  constraint webhook_endpoint_check CHECK (((old_secret IS NULL) = (old_secret_until IS NULL))),
  constraint webhook_endpoint_description_check CHECK ((char_length(description) <= 200)),
  constraint webhook_endpoint_failures_check CHECK ((failures >= 0)),
  constraint webhook_endpoint_url_check CHECK (((char_length(url) >= 1) AND (char_length(url) <= 2000))),
  constraint webhook_endpoint_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id)
);

create table webhook_lane (
  provider_id integer not null,
  endpoint_id bigint not null,
  user_id text not null,
  event_id bigint not null,
  constraint webhook_lane_pkey PRIMARY KEY (endpoint_id, user_id, event_id),
  constraint webhook_lane_provider_id_endpoint_id_fkey FOREIGN KEY (provider_id, endpoint_id) REFERENCES webhook_endpoint(provider_id, id)
);

create table webhook_replay (
  provider_id integer not null,
  endpoint_id bigint not null,
  id bigint generated always as identity,
  cursor_id bigint not null,
  until_id bigint not null,
  only_parked boolean not null,
  created_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint webhook_replay_pkey PRIMARY KEY (provider_id, endpoint_id, id),
  constraint webhook_replay_provider_id_endpoint_id_fkey FOREIGN KEY (provider_id, endpoint_id) REFERENCES webhook_endpoint(provider_id, id)
);
CREATE INDEX webhook_replay_open ON public.webhook_replay USING btree (endpoint_id, id) WHERE (done_at IS NULL);

create table worker_beat (
  worker_id text not null,
  beat_at timestamp with time zone default now() not null,
  constraint worker_beat_pkey PRIMARY KEY (worker_id)
);
