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
  constraint allocation_pkey PRIMARY KEY (provider_id, payment_id, "position"),
  constraint allocation_amount_check CHECK ((amount > 0)),
  constraint allocation_check CHECK (((unallocated >= 0) AND (unallocated <= amount))),
  constraint allocation_nth_check CHECK ((nth > 0)),
  constraint allocation_provider_id_link_id_fkey FOREIGN KEY (provider_id, link_id) REFERENCES payment_link(provider_id, id),
  constraint allocation_provider_id_payment_id_fkey FOREIGN KEY (provider_id, payment_id) REFERENCES payment(provider_id, id)
);
CREATE UNIQUE INDEX allocation_link ON public.allocation USING btree (provider_id, link_id, nth);
CREATE INDEX allocation_pair ON public.allocation USING btree (provider_id, payer_id, operation_id, event_id);
CREATE INDEX allocation_recorded ON public.allocation USING btree (provider_id, event_id, "position");
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
  constraint ledger_transaction_pkey PRIMARY KEY (provider_id, id),
  constraint ledger_transaction_kind_check CHECK ((kind = 'payment'::text)),
  constraint ledger_transaction_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES provider(id),
  constraint ledger_transaction_provider_id_payment_id_fkey FOREIGN KEY (provider_id, payment_id) REFERENCES payment(provider_id, id)
);
CREATE INDEX ledger_transaction_payment ON public.ledger_transaction USING btree (provider_id, payment_id);
CREATE TRIGGER ledger_transaction_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_transaction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table link_token (
  token bytea not null,
  provider_id integer not null,
  link_id bigint not null,
  constraint link_token_pkey PRIMARY KEY (token)
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
  constraint posting_account_check CHECK ((account = ANY (ARRAY['clearing'::text, 'link'::text, 'unallocated'::text]))),
  constraint posting_amount_check CHECK ((amount <> 0)),
  constraint posting_check CHECK (((account = 'link'::text) = (link_id IS NOT NULL))),
  constraint posting_provider_id_transaction_id_fkey FOREIGN KEY (provider_id, transaction_id) REFERENCES ledger_transaction(provider_id, id)
);
CREATE INDEX posting_link ON public.posting USING btree (provider_id, link_id) WHERE (link_id IS NOT NULL);
CREATE INDEX posting_payment ON public.posting USING btree (provider_id, payment_id);
CREATE CONSTRAINT TRIGGER posting_accounted AFTER INSERT ON public.posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_payment();
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
  constraint provider_pkey PRIMARY KEY (id),
  constraint provider_code_key UNIQUE (code),
  constraint provider_check CHECK (((clock_ahead >= 0) AND (test OR (clock_ahead = 0)))),
  constraint provider_check1 CHECK (((logo IS NULL) = (logo_type IS NULL))),
  constraint provider_code_check CHECK ((code ~ '^[A-Za-z0-9_-]{1,40}$'::text)),
  constraint provider_color_check CHECK ((color ~ '^#[0-9a-f]{6}$'::text)),
  constraint provider_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint provider_default_nrb_check CHECK ((default_nrb ~ '^\d{26}$'::text)),
  constraint provider_language_check CHECK ((language = ANY (ARRAY['pl'::text, 'en'::text, 'uk'::text]))),
  constraint provider_logo_check CHECK ((octet_length(logo) <= 20480)),
  constraint provider_logo_type_check CHECK ((logo_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text]))),
  constraint provider_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 140))),
  constraint provider_ways_check CHECK ((jsonb_typeof(ways) = 'object'::text))
);
CREATE TRIGGER provider_test_fixed BEFORE UPDATE OF test ON public.provider FOR EACH ROW WHEN ((old.test IS DISTINCT FROM new.test)) EXECUTE FUNCTION refuse_test_change();

create table reference_number_day (
  day date not null,
  last integer not null,
  constraint reference_number_day_pkey PRIMARY KEY (day),
  constraint reference_number_day_last_check CHECK (((last >= 0) AND (last <= 999999)))
);

create table review (
  provider_id integer not null,
  id bigint generated always as identity,
  kind text not null,
  checkout_id bigint not null,
  subject text not null,
  details jsonb not null,
  created_at timestamp with time zone default now() not null,
  closed_at timestamp with time zone,
  constraint review_pkey PRIMARY KEY (provider_id, id),
  constraint review_provider_id_checkout_id_kind_subject_key UNIQUE (provider_id, checkout_id, kind, subject),
  constraint review_kind_check CHECK ((kind = ANY (ARRAY['wrong-currency'::text, 'no-final-status'::text, 'method-mismatch'::text]))),
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

create table worker_beat (
  worker_id text not null,
  beat_at timestamp with time zone default now() not null,
  constraint worker_beat_pkey PRIMARY KEY (worker_id)
);
