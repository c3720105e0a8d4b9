-- The part of LMS's schema that money and blocking touch, for PostgreSQL: people and settings.

CREATE FUNCTION lms_current_user() RETURNS integer AS $$
  SELECT CASE WHEN current_setting('lms.current_user') = '' THEN 0
    ELSE current_setting('lms.current_user')::integer END
$$ LANGUAGE sql;

CREATE FUNCTION inet_aton(text) RETURNS bigint AS $$
  SELECT split_part($1, '.', 1)::bigint * 16777216 + split_part($1, '.', 2)::bigint * 65536
    + split_part($1, '.', 3)::bigint * 256 + split_part($1, '.', 4)::bigint
$$ LANGUAGE sql IMMUTABLE;

CREATE FUNCTION inet_ntoa(bigint) RETURNS text AS $$
  SELECT ($1 >> 24) || '.' || (($1 >> 16) & 255) || '.' || (($1 >> 8) & 255) || '.' || ($1 & 255)
$$ LANGUAGE sql IMMUTABLE;

CREATE SEQUENCE users_id_seq;
CREATE TABLE users (
  id integer DEFAULT nextval('users_id_seq'::text) NOT NULL,
  login varchar(32) DEFAULT '' NOT NULL,
  name varchar(64) DEFAULT '' NOT NULL,
  deleted smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (login)
);

CREATE SEQUENCE addresses_id_seq;
CREATE TABLE addresses (
  id integer DEFAULT nextval('addresses_id_seq'::text) NOT NULL,
  name text NULL,
  state varchar(64) NULL,
  state_id integer NULL,
  city varchar(100) NULL,
  city_id integer NULL,
  postoffice varchar(32) NULL,
  street varchar(255) NULL,
  street_id integer NULL,
  zip varchar(10) NULL,
  country_id integer NULL,
  house varchar(20) NULL,
  flat varchar(20) NULL,
  PRIMARY KEY (id)
);

CREATE SEQUENCE divisions_id_seq;
CREATE TABLE divisions (
  id integer DEFAULT nextval('divisions_id_seq'::text) NOT NULL,
  shortname varchar(255) DEFAULT '' NOT NULL,
  name text DEFAULT '' NOT NULL,
  label varchar(100) NULL,
  ten varchar(50) DEFAULT '' NOT NULL,
  bank varchar(100) NULL,
  account varchar(48) DEFAULT '' NOT NULL,
  email varchar(100) NULL,
  phone varchar(100) NULL,
  inv_header text DEFAULT '' NOT NULL,
  inv_footer text DEFAULT '' NOT NULL,
  inv_author text DEFAULT '' NOT NULL,
  inv_cplace text DEFAULT '' NOT NULL,
  inv_paytime smallint NULL,
  inv_paytype smallint NULL,
  status smallint DEFAULT 0 NOT NULL,
  url varchar(255) NULL,
  userpanel_url varchar(255) NULL,
  address_id integer NULL REFERENCES addresses (id) ON DELETE SET NULL ON UPDATE CASCADE,
  PRIMARY KEY (id),
  UNIQUE (shortname),
  UNIQUE (shortname, label)
);

CREATE SEQUENCE customers_id_seq;
CREATE TABLE customers (
  id integer DEFAULT nextval('customers_id_seq'::text) NOT NULL,
  extid varchar(32) DEFAULT '' NOT NULL,
  lastname varchar(128) DEFAULT '' NOT NULL,
  name varchar(128) DEFAULT '' NOT NULL,
  altname varchar(128) NULL,
  status smallint DEFAULT 0 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  ten varchar(50) DEFAULT '' NOT NULL,
  ssn varchar(50) DEFAULT '' NOT NULL,
  regon varchar(255) DEFAULT '' NOT NULL,
  info text DEFAULT '' NOT NULL,
  notes text DEFAULT '' NOT NULL,
  creationdate bigint DEFAULT 0 NOT NULL,
  moddate bigint DEFAULT 0 NOT NULL,
  creatorid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  modid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  deleted smallint DEFAULT 0 NOT NULL,
  message text DEFAULT '' NOT NULL,
  pin varchar(255) DEFAULT '0' NOT NULL,
  pinlastchange bigint DEFAULT 0 NOT NULL,
  cutoffstop bigint DEFAULT 0 NOT NULL,
  divisionid integer NULL REFERENCES divisions (id) ON DELETE SET NULL ON UPDATE CASCADE,
  paytime smallint DEFAULT -1 NOT NULL,
  paytype smallint NULL,
  documentmemo text NULL,
  flags integer DEFAULT 0 NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX customers_lastname_idx ON customers (lastname, name);

CREATE SEQUENCE customer_addresses_id_seq;
CREATE TABLE customer_addresses (
  id integer DEFAULT nextval('customer_addresses_id_seq'::text) NOT NULL,
  customer_id integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
  address_id integer NOT NULL REFERENCES addresses (id) ON DELETE CASCADE ON UPDATE CASCADE,
  type smallint DEFAULT 0 NOT NULL,
  ten varchar(50) NULL,
  entity_type smallint NULL,
  PRIMARY KEY (id),
  UNIQUE (customer_id, address_id)
);

CREATE TABLE customerconsents (
  customerid integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
  cdate bigint DEFAULT 0 NOT NULL,
  type smallint NOT NULL,
  UNIQUE (customerid, type)
);

CREATE SEQUENCE customercontacts_id_seq;
CREATE TABLE customercontacts (
  id integer DEFAULT nextval('customercontacts_id_seq'::text) NOT NULL,
  customerid integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
  name varchar(10000) DEFAULT '' NOT NULL,
  contact varchar(255) DEFAULT '' NOT NULL,
  type integer NULL,
  PRIMARY KEY (id)
);
CREATE INDEX customercontacts_customerid_idx ON customercontacts (customerid);
CREATE INDEX customercontacts_contact_idx ON customercontacts (contact);

CREATE TABLE customercontactproperties (
  contactid integer NOT NULL REFERENCES customercontacts (id) ON DELETE CASCADE ON UPDATE CASCADE,
  name varchar(255) NOT NULL,
  value varchar(255) NOT NULL
);

CREATE SEQUENCE customergroups_id_seq;
CREATE TABLE customergroups (
  id integer DEFAULT nextval('customergroups_id_seq'::text) NOT NULL,
  name varchar(255) DEFAULT '' NOT NULL,
  description text DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name)
);

CREATE SEQUENCE customerassignments_id_seq;
CREATE TABLE customerassignments (
  id integer DEFAULT nextval('customerassignments_id_seq'::text) NOT NULL,
  customergroupid integer NOT NULL REFERENCES customergroups (id) ON DELETE CASCADE ON UPDATE CASCADE,
  customerid integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
  startdate bigint DEFAULT EXTRACT(EPOCH FROM CURRENT_TIMESTAMP(0))::bigint NOT NULL,
  enddate bigint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (customergroupid, customerid, enddate)
);
CREATE INDEX customerassignments_customerid_idx ON customerassignments (customerid);

CREATE SEQUENCE excludedgroups_id_seq;
CREATE TABLE excludedgroups (
  id integer DEFAULT nextval('excludedgroups_id_seq'::text) NOT NULL,
  customergroupid integer NOT NULL REFERENCES customergroups (id) ON DELETE CASCADE ON UPDATE CASCADE,
  userid integer NOT NULL REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  PRIMARY KEY (id),
  UNIQUE (userid, customergroupid)
);

CREATE SEQUENCE uiconfig_id_seq;
CREATE TABLE uiconfig (
  id integer DEFAULT nextval('uiconfig_id_seq'::text) NOT NULL,
  section varchar(64) DEFAULT '' NOT NULL,
  var varchar(64) DEFAULT '' NOT NULL,
  value text DEFAULT '' NOT NULL,
  description text DEFAULT '' NOT NULL,
  disabled smallint DEFAULT 0 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  userid integer NULL REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  divisionid integer NULL REFERENCES divisions (id) ON DELETE CASCADE ON UPDATE CASCADE,
  configid integer NULL REFERENCES uiconfig (id) ON DELETE CASCADE ON UPDATE CASCADE,
  PRIMARY KEY (id),
  UNIQUE (section, var, userid, divisionid)
);

CREATE TABLE dbinfo (
  keytype varchar(255) NOT NULL,
  keyvalue varchar(255) DEFAULT '' NOT NULL,
  PRIMARY KEY (keytype)
);
INSERT INTO dbinfo (keytype, keyvalue) VALUES ('dbversion', '2026081100');

CREATE SEQUENCE daemoninstances_id_seq;
CREATE TABLE daemoninstances (
  id integer DEFAULT nextval('daemoninstances_id_seq'::text) NOT NULL,
  name varchar(255) DEFAULT '' NOT NULL,
  hostid integer NULL,
  module varchar(255) DEFAULT '' NOT NULL,
  crontab varchar(255) DEFAULT '' NOT NULL,
  priority integer DEFAULT 0 NOT NULL,
  description text DEFAULT '' NOT NULL,
  disabled smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id)
);

CREATE SEQUENCE daemonconfig_id_seq;
CREATE TABLE daemonconfig (
  id integer DEFAULT nextval('daemonconfig_id_seq'::text) NOT NULL,
  instanceid integer NOT NULL REFERENCES daemoninstances (id) ON DELETE CASCADE ON UPDATE CASCADE,
  var varchar(64) DEFAULT '' NOT NULL,
  value text DEFAULT '' NOT NULL,
  description text DEFAULT '' NOT NULL,
  disabled smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (instanceid, var)
);
