-- PostgreSQL: documents, the ledger and bank statements.

CREATE SEQUENCE taxes_id_seq;
CREATE TABLE taxes (
  id integer DEFAULT nextval('taxes_id_seq'::text) NOT NULL,
  value numeric(4,2) DEFAULT 0 NOT NULL,
  taxed smallint DEFAULT 0 NOT NULL,
  label varchar(16) DEFAULT '' NOT NULL,
  reversecharge smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id)
);

CREATE SEQUENCE numberplans_id_seq;
CREATE TABLE numberplans (
  id integer DEFAULT nextval('numberplans_id_seq'::text) NOT NULL,
  template varchar(255) DEFAULT '' NOT NULL,
  period smallint DEFAULT 0 NOT NULL,
  doctype integer DEFAULT 0 NOT NULL,
  isdefault smallint DEFAULT 0 NOT NULL,
  datefrom bigint DEFAULT 0 NOT NULL,
  dateto bigint DEFAULT 0 NOT NULL,
  customertype smallint NULL,
  refflag smallint NULL,
  PRIMARY KEY (id)
);

CREATE SEQUENCE documents_id_seq;
CREATE TABLE documents (
  id integer DEFAULT nextval('documents_id_seq'::text) NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  number integer DEFAULT 0 NOT NULL,
  numberplanid integer NULL REFERENCES numberplans (id) ON DELETE SET NULL ON UPDATE CASCADE,
  extnumber varchar(255) DEFAULT '' NOT NULL,
  fullnumber varchar(50) NULL,
  template varchar(255) NULL,
  cdate bigint DEFAULT 0 NOT NULL,
  sdate bigint DEFAULT 0 NOT NULL,
  customerid integer NULL REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE,
  userid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  divisionid integer NULL REFERENCES divisions (id) ON DELETE SET NULL ON UPDATE CASCADE,
  cuserid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  auserid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  name varchar(255) DEFAULT '' NOT NULL,
  address varchar(255) DEFAULT '' NOT NULL,
  zip varchar(10) DEFAULT '' NOT NULL,
  city varchar(100) DEFAULT '' NOT NULL,
  countryid integer NULL,
  ten varchar(50) DEFAULT '' NOT NULL,
  ssn varchar(50) DEFAULT '' NOT NULL,
  paytime smallint DEFAULT 0 NOT NULL,
  paytype smallint NULL,
  closed smallint DEFAULT 0 NOT NULL,
  cancelled smallint DEFAULT 0 NOT NULL,
  reference integer NULL REFERENCES documents (id) ON DELETE SET NULL ON UPDATE CASCADE,
  reason varchar(255) DEFAULT '' NOT NULL,
  div_name text DEFAULT '' NOT NULL,
  div_shortname text DEFAULT '' NOT NULL,
  div_address varchar(255) DEFAULT '' NOT NULL,
  div_zip varchar(255) DEFAULT '' NOT NULL,
  div_city varchar(255) DEFAULT '' NOT NULL,
  div_ten varchar(255) DEFAULT '' NOT NULL,
  div_bank varchar(100) NULL,
  div_account varchar(48) DEFAULT '' NOT NULL,
  published smallint DEFAULT 0 NOT NULL,
  archived smallint DEFAULT 0 NOT NULL,
  senddate bigint DEFAULT 0 NOT NULL,
  confirmdate bigint DEFAULT 0 NOT NULL,
  commitflags integer DEFAULT 0 NOT NULL,
  comment text NULL,
  memo text NULL,
  currency varchar(3) NULL,
  currencyvalue numeric(17,10) DEFAULT 1.0,
  flags smallint DEFAULT 0 NOT NULL,
  extid varchar(64) NULL,
  PRIMARY KEY (id)
);
CREATE INDEX documents_cdate_idx ON documents (cdate);
CREATE INDEX documents_numberplanid_idx ON documents (numberplanid);
CREATE INDEX documents_customerid_idx ON documents (customerid);
CREATE INDEX documents_closed_idx ON documents (closed);
CREATE INDEX documents_reference_idx ON documents (reference);
CREATE INDEX documents_type_idx ON documents (type);

CREATE TABLE invoicecontents (
  docid integer NOT NULL REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE,
  itemid smallint DEFAULT 0 NOT NULL,
  value numeric(12,5) DEFAULT 0 NOT NULL,
  taxid integer NULL REFERENCES taxes (id) ON DELETE CASCADE ON UPDATE CASCADE,
  prodid varchar(255) DEFAULT '' NOT NULL,
  content varchar(16) DEFAULT '' NOT NULL,
  count numeric(9,3) DEFAULT 0 NOT NULL,
  description text DEFAULT '' NOT NULL,
  tariffid integer NULL,
  pdiscount numeric(5,2) DEFAULT 0 NOT NULL,
  vdiscount numeric(9,2) DEFAULT 0 NOT NULL,
  taxcategory smallint DEFAULT 0 NOT NULL,
  period smallint NULL
);
CREATE INDEX invoicecontents_docid_idx ON invoicecontents (docid);

CREATE SEQUENCE debitnotecontents_id_seq;
CREATE TABLE debitnotecontents (
  id integer DEFAULT nextval('debitnotecontents_id_seq'::text) NOT NULL,
  docid integer NOT NULL REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE,
  itemid smallint DEFAULT 0 NOT NULL,
  value numeric(9,2) DEFAULT 0 NOT NULL,
  description text DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (docid, itemid)
);

CREATE TABLE receiptcontents (
  docid integer NOT NULL REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE,
  itemid smallint DEFAULT 0 NOT NULL,
  value numeric(9,2) DEFAULT 0 NOT NULL,
  description text DEFAULT '' NOT NULL,
  regid integer NULL
);
CREATE INDEX receiptcontents_docid_idx ON receiptcontents (docid);

CREATE SEQUENCE cashsources_id_seq;
CREATE TABLE cashsources (
  id integer DEFAULT nextval('cashsources_id_seq'::text) NOT NULL,
  name varchar(32) DEFAULT '' NOT NULL,
  description text DEFAULT NULL,
  account varchar(48) DEFAULT '' NOT NULL,
  deleted smallint DEFAULT 0 NOT NULL,
  isdefault smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name)
);

CREATE SEQUENCE sourcefiles_id_seq;
CREATE TABLE sourcefiles (
  id integer DEFAULT nextval('sourcefiles_id_seq'::text) NOT NULL,
  userid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  name varchar(255) NOT NULL,
  idate bigint NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (idate, name)
);

CREATE SEQUENCE cashimport_id_seq;
CREATE TABLE cashimport (
  id integer DEFAULT nextval('cashimport_id_seq'::text) NOT NULL,
  date bigint DEFAULT 0 NOT NULL,
  value numeric(9,2) DEFAULT 0 NOT NULL,
  customer text DEFAULT '' NOT NULL,
  description text DEFAULT '' NOT NULL,
  customerid integer NULL REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE,
  hash varchar(50) DEFAULT '' NOT NULL,
  closed smallint DEFAULT 0 NOT NULL,
  sourceid integer NULL REFERENCES cashsources (id) ON DELETE SET NULL ON UPDATE CASCADE,
  sourcefileid integer NULL REFERENCES sourcefiles (id) ON DELETE SET NULL ON UPDATE CASCADE,
  srcaccount varchar(60) NULL,
  operdate bigint NULL,
  extid varchar(64) NULL,
  PRIMARY KEY (id),
  UNIQUE (sourceid, extid)
);
CREATE INDEX cashimport_hash_idx ON cashimport (hash);
CREATE INDEX cashimport_customerid_idx ON cashimport (customerid);
CREATE INDEX cashimport_sourceid_idx ON cashimport (sourceid);
CREATE INDEX cashimport_sourcefileid_idx ON cashimport (sourcefileid);
CREATE INDEX cashimport_extid_idx ON cashimport (extid);

CREATE SEQUENCE cash_id_seq;
CREATE TABLE cash (
  id integer DEFAULT nextval('cash_id_seq'::text) NOT NULL,
  time bigint DEFAULT 0 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  servicetype smallint NULL,
  userid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  value numeric(9,2) DEFAULT 0 NOT NULL,
  taxid integer NULL REFERENCES taxes (id) ON DELETE SET NULL ON UPDATE CASCADE,
  customerid integer NULL REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE,
  comment text DEFAULT '' NOT NULL,
  docid integer NULL REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE,
  itemid smallint DEFAULT 0 NOT NULL,
  importid integer NULL REFERENCES cashimport (id) ON DELETE CASCADE ON UPDATE CASCADE,
  sourceid integer NULL REFERENCES cashsources (id) ON DELETE SET NULL ON UPDATE CASCADE,
  linktechnology integer NULL,
  currency varchar(3) NULL,
  currencyvalue numeric(17,10) DEFAULT 1.0,
  notification smallint DEFAULT 1 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (importid)
);
CREATE INDEX cash_customerid_idx ON cash (customerid);
CREATE INDEX cash_docid_idx ON cash (docid);
CREATE INDEX cash_time_idx ON cash (time);
CREATE INDEX cash_importid_idx ON cash (importid);
CREATE INDEX cash_sourceid_idx ON cash (sourceid);
CREATE INDEX cash_linktechnology_idx ON cash (linktechnology);
CREATE INDEX cash_notification_idx ON cash (notification);
CREATE INDEX cash_docid_itemid_idx ON cash (docid, itemid);
