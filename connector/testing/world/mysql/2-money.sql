-- MariaDB and MySQL: documents, the ledger and bank statements.

CREATE TABLE taxes (
  id int(11) NOT NULL auto_increment,
  value decimal(4,2) DEFAULT 0 NOT NULL,
  taxed smallint DEFAULT 0 NOT NULL,
  label varchar(16) DEFAULT '' NOT NULL,
  reversecharge smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE numberplans (
  id int(11) NOT NULL auto_increment,
  template varchar(255) DEFAULT '' NOT NULL,
  period smallint DEFAULT 0 NOT NULL,
  doctype int(11) DEFAULT 0 NOT NULL,
  isdefault smallint DEFAULT 0 NOT NULL,
  datefrom int(16) DEFAULT 0 NOT NULL,
  dateto int(16) DEFAULT 0 NOT NULL,
  customertype smallint NULL,
  refflag smallint NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE documents (
  id int(11) NOT NULL auto_increment,
  type tinyint DEFAULT 0 NOT NULL,
  number int(11) DEFAULT 0 NOT NULL,
  numberplanid int(11) NULL,
  extnumber varchar(255) DEFAULT '' NOT NULL,
  fullnumber varchar(50) NULL,
  template varchar(255) NULL,
  cdate int(16) DEFAULT 0 NOT NULL,
  sdate int(16) DEFAULT 0 NOT NULL,
  customerid int(11) NULL,
  userid int(11) NULL,
  divisionid int(11) NULL,
  cuserid int(11) NULL,
  auserid int(11) NULL,
  name varchar(255) DEFAULT '' NOT NULL,
  address varchar(255) DEFAULT '' NOT NULL,
  zip varchar(10) DEFAULT '' NOT NULL,
  city varchar(100) DEFAULT '' NOT NULL,
  countryid int(11) NULL,
  ten varchar(50) DEFAULT '' NOT NULL,
  ssn varchar(50) DEFAULT '' NOT NULL,
  paytime smallint DEFAULT 0 NOT NULL,
  paytype smallint NULL,
  closed tinyint(1) DEFAULT 0 NOT NULL,
  cancelled smallint DEFAULT 0 NOT NULL,
  reference int(11) NULL,
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
  senddate int(16) DEFAULT 0 NOT NULL,
  confirmdate int(16) DEFAULT 0 NOT NULL,
  commitflags int(11) DEFAULT 0 NOT NULL,
  comment text NULL,
  memo text NULL,
  currency varchar(3) NULL,
  currencyvalue decimal(17,10) DEFAULT 1.0,
  flags smallint DEFAULT 0 NOT NULL,
  extid varchar(64) NULL,
  PRIMARY KEY (id),
  KEY documents_cdate_idx (cdate),
  KEY documents_numberplanid_idx (numberplanid),
  KEY documents_customerid_idx (customerid),
  KEY documents_closed_idx (closed),
  KEY documents_reference_idx (reference),
  KEY documents_type_idx (type),
  FOREIGN KEY (numberplanid) REFERENCES numberplans (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (userid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (divisionid) REFERENCES divisions (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (cuserid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (auserid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (reference) REFERENCES documents (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE invoicecontents (
  docid int(11) NOT NULL,
  itemid smallint DEFAULT 0 NOT NULL,
  value decimal(12,5) DEFAULT 0 NOT NULL,
  taxid int(11) NULL,
  prodid varchar(255) DEFAULT '' NOT NULL,
  content varchar(16) DEFAULT '' NOT NULL,
  count decimal(9,3) DEFAULT 0 NOT NULL,
  description text DEFAULT '' NOT NULL,
  tariffid int(11) NULL,
  pdiscount decimal(5,2) DEFAULT 0 NOT NULL,
  vdiscount decimal(9,2) DEFAULT 0 NOT NULL,
  taxcategory smallint DEFAULT 0 NOT NULL,
  period smallint NULL,
  KEY invoicecontents_docid_idx (docid),
  FOREIGN KEY (docid) REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (taxid) REFERENCES taxes (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE debitnotecontents (
  id int(11) NOT NULL auto_increment,
  docid int(11) NOT NULL,
  itemid smallint DEFAULT 0 NOT NULL,
  value decimal(9,2) DEFAULT 0 NOT NULL,
  description text DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (docid, itemid),
  FOREIGN KEY (docid) REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE receiptcontents (
  docid int(11) NOT NULL,
  itemid smallint DEFAULT 0 NOT NULL,
  value decimal(9,2) DEFAULT 0 NOT NULL,
  description text DEFAULT '' NOT NULL,
  regid int(11) NULL,
  KEY receiptcontents_docid_idx (docid),
  FOREIGN KEY (docid) REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE cashsources (
  id int(11) NOT NULL auto_increment,
  name varchar(32) DEFAULT '' NOT NULL,
  description text DEFAULT NULL,
  account varchar(48) DEFAULT '' NOT NULL,
  deleted tinyint(1) DEFAULT 0 NOT NULL,
  isdefault smallint DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (name)
) ENGINE=InnoDB;

CREATE TABLE sourcefiles (
  id int(11) NOT NULL auto_increment,
  userid int(11) NULL,
  name varchar(255) NOT NULL,
  idate int(16) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (idate, name),
  FOREIGN KEY (userid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE cashimport (
  id int(11) NOT NULL auto_increment,
  date int(16) DEFAULT 0 NOT NULL,
  value decimal(9,2) DEFAULT 0 NOT NULL,
  customer text DEFAULT '' NOT NULL,
  description text DEFAULT '' NOT NULL,
  customerid int(11) NULL,
  hash varchar(50) DEFAULT '' NOT NULL,
  closed tinyint(1) DEFAULT 0 NOT NULL,
  sourceid int(11) NULL,
  sourcefileid int(11) NULL,
  srcaccount varchar(60) NULL,
  operdate int(16) NULL,
  extid varchar(64) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (sourceid, extid),
  KEY cashimport_hash_idx (hash),
  KEY cashimport_customerid_idx (customerid),
  KEY cashimport_sourceid_idx (sourceid),
  KEY cashimport_sourcefileid_idx (sourcefileid),
  KEY cashimport_extid_idx (extid),
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (sourceid) REFERENCES cashsources (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (sourcefileid) REFERENCES sourcefiles (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE cash (
  id int(11) NOT NULL auto_increment,
  time int(16) DEFAULT 0 NOT NULL,
  type smallint DEFAULT 0 NOT NULL,
  servicetype smallint NULL,
  userid int(11) NULL,
  value decimal(9,2) DEFAULT 0 NOT NULL,
  taxid int(11) NULL,
  customerid int(11) NULL,
  comment text DEFAULT '' NOT NULL,
  docid int(11) NULL,
  itemid smallint DEFAULT 0 NOT NULL,
  importid int(11) NULL,
  sourceid int(11) NULL,
  linktechnology int(11) NULL,
  currency varchar(3) NULL,
  currencyvalue decimal(17,10) DEFAULT 1.0,
  notification smallint DEFAULT 1 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (importid),
  KEY cash_customerid_idx (customerid),
  KEY cash_docid_idx (docid),
  KEY cash_time_idx (time),
  KEY cash_importid_idx (importid),
  KEY cash_sourceid_idx (sourceid),
  KEY cash_linktechnology_idx (linktechnology),
  KEY cash_notification_idx (notification),
  KEY cash_docid_itemid_idx (docid, itemid),
  FOREIGN KEY (userid) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (taxid) REFERENCES taxes (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (docid) REFERENCES documents (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (importid) REFERENCES cashimport (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (sourceid) REFERENCES cashsources (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;
