-- The part of LMS's schema that money and blocking touch, for MariaDB and MySQL: people and settings.

CREATE FUNCTION lms_current_user() RETURNS int(11) NO SQL
  RETURN @lms_current_user;

CREATE FUNCTION UNIX_TIMESTAMP64() RETURNS bigint NO SQL
  RETURN UNIX_TIMESTAMP();

CREATE TABLE users (
  id int(11) NOT NULL auto_increment,
  login varchar(32) DEFAULT '' NOT NULL,
  name varchar(64) DEFAULT '' NOT NULL,
  deleted tinyint(1) DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (login)
) ENGINE=InnoDB;

CREATE TABLE addresses (
  id int(11) NOT NULL auto_increment,
  name text NULL,
  state varchar(64) NULL,
  state_id int(11) NULL,
  city varchar(100) NULL,
  city_id int(11) NULL,
  postoffice varchar(32) NULL,
  street varchar(255) NULL,
  street_id int(11) NULL,
  zip varchar(10) NULL,
  country_id int(11) NULL,
  house varchar(20) NULL,
  flat varchar(20) NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE divisions (
  id int(11) NOT NULL auto_increment,
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
  status tinyint(1) DEFAULT 0 NOT NULL,
  url varchar(255) NULL,
  userpanel_url varchar(255) NULL,
  address_id int(11) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (shortname, label),
  FOREIGN KEY (address_id) REFERENCES addresses (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE customers (
  id int(11) NOT NULL auto_increment,
  extid varchar(32) DEFAULT '' NOT NULL,
  lastname varchar(128) DEFAULT '' NOT NULL,
  name varchar(128) DEFAULT '' NOT NULL,
  altname varchar(128) NULL,
  status smallint DEFAULT 0 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  ten varchar(50) DEFAULT '' NOT NULL,
  ssn varchar(50) DEFAULT '' NOT NULL,
  regon varchar(255) DEFAULT '' NOT NULL,
  info text NOT NULL,
  notes text DEFAULT '' NOT NULL,
  creationdate int(16) DEFAULT 0 NOT NULL,
  moddate int(16) DEFAULT 0 NOT NULL,
  creatorid int(11) NULL,
  modid int(11) NULL,
  deleted tinyint(1) DEFAULT 0 NOT NULL,
  message text NOT NULL,
  pin varchar(255) DEFAULT '0' NOT NULL,
  pinlastchange int(16) DEFAULT 0 NOT NULL,
  cutoffstop int(16) DEFAULT 0 NOT NULL,
  divisionid int(11) NULL,
  paytime smallint DEFAULT -1 NOT NULL,
  paytype smallint NULL,
  documentmemo text NULL,
  flags int(11) DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  KEY customers_lastname_idx (lastname, name),
  FOREIGN KEY (creatorid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (modid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (divisionid) REFERENCES divisions (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE customer_addresses (
  id int(11) NOT NULL auto_increment,
  customer_id int(11) NOT NULL,
  address_id int(11) NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  ten varchar(50) NULL,
  entity_type smallint NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (customer_id, address_id),
  FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (address_id) REFERENCES addresses (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE customerconsents (
  customerid int(11) NOT NULL,
  cdate int(16) DEFAULT 0 NOT NULL,
  type smallint NOT NULL,
  UNIQUE KEY (customerid, type),
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE customercontacts (
  id int(11) NOT NULL auto_increment,
  customerid int(11) NOT NULL,
  name varchar(10000) DEFAULT '' NOT NULL,
  contact varchar(255) DEFAULT '' NOT NULL,
  type int(11) NULL,
  PRIMARY KEY (id),
  KEY customercontacts_customerid_idx (customerid),
  KEY customercontacts_contact_idx (contact),
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE customercontactproperties (
  contactid int(11) NOT NULL,
  name varchar(255) NOT NULL,
  value varchar(255) NOT NULL,
  FOREIGN KEY (contactid) REFERENCES customercontacts (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE customergroups (
  id int(11) NOT NULL auto_increment,
  name varchar(255) DEFAULT '' NOT NULL,
  description text NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (name)
) ENGINE=InnoDB;

CREATE TABLE customerassignments (
  id int(11) NOT NULL auto_increment,
  customergroupid int(11) NOT NULL,
  customerid int(11) NOT NULL,
  startdate int(16) DEFAULT 0 NOT NULL,
  enddate int(16) DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (customergroupid, customerid, enddate),
  KEY customerassignments_customerid_idx (customerid),
  FOREIGN KEY (customergroupid) REFERENCES customergroups (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE excludedgroups (
  id int(11) NOT NULL auto_increment,
  customergroupid int(11) NOT NULL,
  userid int(11) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (userid, customergroupid),
  FOREIGN KEY (customergroupid) REFERENCES customergroups (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (userid) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE uiconfig (
  id int(11) NOT NULL auto_increment,
  section varchar(64) DEFAULT '' NOT NULL,
  var varchar(64) DEFAULT '' NOT NULL,
  value text DEFAULT '' NOT NULL,
  description text DEFAULT '' NOT NULL,
  disabled tinyint(1) DEFAULT 0 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  userid int(11) NULL,
  divisionid int(11) NULL,
  configid int(11) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (section, var, userid, divisionid),
  FOREIGN KEY (userid) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (divisionid) REFERENCES divisions (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (configid) REFERENCES uiconfig (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE dbinfo (
  keytype varchar(255) NOT NULL,
  keyvalue varchar(255) DEFAULT '' NOT NULL,
  PRIMARY KEY (keytype)
) ENGINE=InnoDB;

INSERT INTO dbinfo (keytype, keyvalue) VALUES ('dbversion', '2026081100');

CREATE TABLE daemoninstances (
  id int(11) NOT NULL auto_increment,
  name varchar(255) DEFAULT '' NOT NULL,
  hostid int(11) NULL,
  module varchar(255) DEFAULT '' NOT NULL,
  crontab varchar(255) DEFAULT '' NOT NULL,
  priority int(11) DEFAULT 0 NOT NULL,
  description text DEFAULT '' NOT NULL,
  disabled tinyint(1) DEFAULT 0 NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE daemonconfig (
  id int(11) NOT NULL auto_increment,
  instanceid int(11) NOT NULL,
  var varchar(64) DEFAULT '' NOT NULL,
  value text DEFAULT '' NOT NULL,
  description text DEFAULT '' NOT NULL,
  disabled tinyint(1) DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (instanceid, var),
  FOREIGN KEY (instanceid) REFERENCES daemoninstances (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TRIGGER customerassignments_start BEFORE INSERT ON customerassignments FOR EACH ROW
  SET NEW.startdate = IF(NEW.startdate = 0, UNIX_TIMESTAMP64(), NEW.startdate);
