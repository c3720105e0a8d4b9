-- PostgreSQL: nodes, assignments, messages, the audit log and the views.

CREATE SEQUENCE nodes_id_seq;
CREATE TABLE nodes (
  id integer DEFAULT nextval('nodes_id_seq'::text) NOT NULL,
  name varchar(32) DEFAULT '' NOT NULL,
  login varchar(128) DEFAULT '' NOT NULL,
  ipaddr bigint DEFAULT 0 NOT NULL,
  ipaddr_pub bigint DEFAULT 0 NOT NULL,
  passwd varchar(64) DEFAULT '' NOT NULL,
  ownerid integer NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
  netdev integer NULL,
  creationdate bigint DEFAULT 0 NOT NULL,
  moddate bigint DEFAULT 0 NOT NULL,
  access smallint DEFAULT 1 NOT NULL,
  warning smallint DEFAULT 0 NOT NULL,
  chkmac smallint DEFAULT 1 NOT NULL,
  authtype smallint DEFAULT 0 NOT NULL,
  lastonline bigint DEFAULT 0 NOT NULL,
  netid integer DEFAULT 0 NOT NULL,
  info text DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name),
  UNIQUE (ipaddr, netid)
);
CREATE INDEX nodes_ownerid_idx ON nodes (ownerid);

CREATE SEQUENCE macs_id_seq;
CREATE TABLE macs (
  id integer DEFAULT nextval('macs_id_seq'::text) NOT NULL,
  mac varchar(17) DEFAULT '' NOT NULL,
  nodeid integer NOT NULL REFERENCES nodes (id) ON DELETE CASCADE ON UPDATE CASCADE,
  PRIMARY KEY (id),
  UNIQUE (mac, nodeid)
);

CREATE SEQUENCE assignments_id_seq;
CREATE TABLE assignments (
  id integer DEFAULT nextval('assignments_id_seq'::text) NOT NULL,
  tariffid integer NULL,
  customerid integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
  period smallint DEFAULT 0 NOT NULL,
  at integer DEFAULT 0 NOT NULL,
  datefrom bigint DEFAULT 0 NOT NULL,
  dateto bigint DEFAULT 0 NOT NULL,
  invoice smallint DEFAULT 0 NOT NULL,
  suspended smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX assignments_customerid_idx ON assignments (customerid);

CREATE SEQUENCE messages_id_seq;
CREATE TABLE messages (
  id integer DEFAULT nextval('messages_id_seq'::text) NOT NULL,
  subject varchar(255) DEFAULT '' NOT NULL,
  body text DEFAULT '' NOT NULL,
  cdate bigint DEFAULT 0 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  userid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  sender varchar(255) NULL,
  contenttype varchar(255) NULL,
  startdate bigint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id)
);

CREATE SEQUENCE messageitems_id_seq;
CREATE TABLE messageitems (
  id integer DEFAULT nextval('messageitems_id_seq'::text) NOT NULL,
  messageid integer NOT NULL REFERENCES messages (id) ON DELETE CASCADE ON UPDATE CASCADE,
  customerid integer NULL REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE,
  destination text DEFAULT '' NOT NULL,
  lastdate bigint DEFAULT 0 NOT NULL,
  status smallint DEFAULT 0 NOT NULL,
  error text NULL,
  body text NULL,
  PRIMARY KEY (id)
);

CREATE SEQUENCE logtransactions_id_seq;
CREATE TABLE logtransactions (
  id integer DEFAULT nextval('logtransactions_id_seq'::text) NOT NULL,
  userid integer NULL REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  time bigint DEFAULT 0 NOT NULL,
  module varchar(50) DEFAULT '' NOT NULL,
  PRIMARY KEY (id)
);

CREATE VIEW vcustomerassignments AS
  SELECT ca.* FROM customerassignments ca
  WHERE ca.startdate <= EXTRACT(EPOCH FROM CURRENT_TIMESTAMP(0))::bigint AND ca.enddate = 0;

CREATE VIEW customerconsentview AS
  SELECT c.id AS customerid,
    SUM(CASE WHEN cc.type = 1 THEN cc.cdate ELSE 0 END)::bigint AS consentdate,
    SUM(CASE WHEN cc.type = 2 THEN 1 ELSE 0 END)::smallint AS invoicenotice,
    SUM(CASE WHEN cc.type = 3 THEN 1 ELSE 0 END)::smallint AS mailingnotice,
    SUM(CASE WHEN cc.type = 8 THEN 1 ELSE 0 END)::smallint AS smsnotice,
    SUM(CASE WHEN cc.type = 4 THEN 1 ELSE 0 END)::smallint AS einvoice
  FROM customers c LEFT JOIN customerconsents cc ON cc.customerid = c.id
  GROUP BY c.id;

CREATE VIEW customeraddressview AS
  SELECT c.*, cv.consentdate, cv.invoicenotice, cv.mailingnotice, cv.smsnotice, cv.einvoice,
    a.zip, a.city, a.street AS address
  FROM customers c
  JOIN customerconsentview cv ON cv.customerid = c.id
  JOIN customer_addresses ca ON ca.customer_id = c.id AND ca.type = 1
  JOIN addresses a ON a.id = ca.address_id
  WHERE c.type < 2;

CREATE VIEW customerview AS
  SELECT v.* FROM customeraddressview v
  WHERE NOT EXISTS (
    SELECT 1 FROM vcustomerassignments a
    JOIN excludedgroups e ON a.customergroupid = e.customergroupid
    WHERE e.userid = lms_current_user() AND a.customerid = v.id
  ) AND lms_current_user() IS NOT NULL;

CREATE VIEW customermailsview AS
  SELECT customerid, array_to_string(array_agg(contact), ',') AS email
  FROM customercontacts WHERE type & 8 > 0 AND contact <> '' GROUP BY customerid;

CREATE VIEW vnodes AS
  SELECT n.*, m.mac FROM nodes n
  LEFT JOIN (SELECT nodeid, array_to_string(array_agg(mac), ',') AS mac FROM macs GROUP BY nodeid) m
    ON m.nodeid = n.id
  WHERE n.ipaddr <> 0 OR n.ipaddr_pub <> 0;
