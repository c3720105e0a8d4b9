-- MariaDB and MySQL: nodes, assignments, messages, the audit log and the views.

CREATE TABLE nodes (
  id int(11) NOT NULL auto_increment,
  name varchar(32) DEFAULT '' NOT NULL,
  login varchar(128) DEFAULT '' NOT NULL,
  ipaddr int(16) unsigned DEFAULT 0 NOT NULL,
  ipaddr_pub int(16) unsigned DEFAULT 0 NOT NULL,
  passwd varchar(64) DEFAULT '' NOT NULL,
  ownerid int(11) NULL,
  netdev int(11) NULL,
  creationdate int(16) DEFAULT 0 NOT NULL,
  moddate int(16) DEFAULT 0 NOT NULL,
  access tinyint(1) DEFAULT 1 NOT NULL,
  warning tinyint(1) DEFAULT 0 NOT NULL,
  chkmac smallint DEFAULT 1 NOT NULL,
  authtype smallint DEFAULT 0 NOT NULL,
  lastonline int(16) DEFAULT 0 NOT NULL,
  netid int(11) DEFAULT 0 NOT NULL,
  info text DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (name),
  UNIQUE KEY (ipaddr, netid),
  KEY nodes_ownerid_idx (ownerid),
  FOREIGN KEY (ownerid) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE macs (
  id int(11) NOT NULL auto_increment,
  mac varchar(17) DEFAULT '' NOT NULL,
  nodeid int(11) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (mac, nodeid),
  FOREIGN KEY (nodeid) REFERENCES nodes (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE assignments (
  id int(11) NOT NULL auto_increment,
  tariffid int(11) NULL,
  customerid int(11) NOT NULL,
  period smallint DEFAULT 0 NOT NULL,
  at int(11) DEFAULT 0 NOT NULL,
  datefrom int(16) DEFAULT 0 NOT NULL,
  dateto int(16) DEFAULT 0 NOT NULL,
  invoice smallint DEFAULT 0 NOT NULL,
  suspended smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  KEY assignments_customerid_idx (customerid),
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE messages (
  id int(11) NOT NULL auto_increment,
  subject varchar(255) DEFAULT '' NOT NULL,
  body text DEFAULT '' NOT NULL,
  cdate int(16) DEFAULT 0 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  userid int(11) NULL,
  sender varchar(255) NULL,
  contenttype varchar(255) NULL,
  startdate int(16) DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY (userid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE messageitems (
  id int(11) NOT NULL auto_increment,
  messageid int(11) NOT NULL,
  customerid int(11) NULL,
  destination text DEFAULT '' NOT NULL,
  lastdate int(16) DEFAULT 0 NOT NULL,
  status smallint DEFAULT 0 NOT NULL,
  error text NULL,
  body text NULL,
  PRIMARY KEY (id),
  FOREIGN KEY (messageid) REFERENCES messages (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE logtransactions (
  id int(11) NOT NULL auto_increment,
  userid int(11) NULL,
  time int(16) DEFAULT 0 NOT NULL,
  module varchar(50) DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY (userid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE VIEW vcustomerassignments AS
  SELECT ca.* FROM customerassignments ca WHERE ca.startdate <= UNIX_TIMESTAMP64() AND ca.enddate = 0;

CREATE VIEW customerconsentview AS
  SELECT c.id AS customerid,
    SUM(IF(cc.type = 1, cc.cdate, 0)) AS consentdate,
    SUM(IF(cc.type = 2, 1, 0)) AS invoicenotice,
    SUM(IF(cc.type = 3, 1, 0)) AS mailingnotice,
    SUM(IF(cc.type = 8, 1, 0)) AS smsnotice,
    SUM(IF(cc.type = 4, 1, 0)) AS einvoice
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
  SELECT customerid, GROUP_CONCAT(contact SEPARATOR ',') AS email
  FROM customercontacts WHERE (type & 8) > 0 AND contact <> '' GROUP BY customerid;

CREATE VIEW vnodes AS
  SELECT n.*, m.mac FROM nodes n
  LEFT JOIN (SELECT nodeid, GROUP_CONCAT(mac SEPARATOR ',') AS mac FROM macs GROUP BY nodeid) m
    ON m.nodeid = n.id
  WHERE n.ipaddr <> 0 OR n.ipaddr_pub <> 0;
