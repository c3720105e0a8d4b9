import type { Engine } from '../src/platform/index.ts'

/** The tables that the old BillTech plugin left in the databases of providers. */
export function oldTables(engine: Engine): string[] {
  return engine === 'postgres' ? [postgres] : [mysql]
}

const postgres = `
  CREATE SEQUENCE billtech_payments_id_seq;
  CREATE TABLE billtech_payments (
    id integer DEFAULT nextval('billtech_payments_id_seq'::text) NOT NULL,
    ten varchar(16) DEFAULT '' NOT NULL,
    customerid integer NULL REFERENCES customers (id) ON DELETE SET NULL,
    amount numeric(9,2) DEFAULT 0 NOT NULL,
    title text DEFAULT '' NOT NULL,
    document_number varchar(255) NULL,
    reference_number varchar(255) NULL,
    cdate integer DEFAULT 0 NOT NULL,
    closed smallint DEFAULT 0 NOT NULL,
    cashid integer NULL REFERENCES cash (id) ON DELETE SET NULL,
    token varchar(1000) NULL,
    PRIMARY KEY (id)
  );
  CREATE SEQUENCE billtech_payment_links_id_seq;
  CREATE TABLE billtech_payment_links (
    id integer DEFAULT nextval('billtech_payment_links_id_seq'::text) NOT NULL,
    customer_id integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    src_cash_id integer NULL REFERENCES cash (id) ON DELETE SET NULL,
    src_document_id integer NULL REFERENCES documents (id) ON DELETE SET NULL,
    type varchar(255) NOT NULL,
    link varchar(2000) NOT NULL,
    short_link varchar(160) NULL,
    token varchar(1000) NOT NULL,
    amount numeric(9,2) NOT NULL,
    PRIMARY KEY (id)
  );
  CREATE TABLE billtech_customer_info (
    customer_id integer NOT NULL PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    last_cash_id integer NULL
  );
  CREATE TABLE billtech_info (
    keytype varchar(255) NOT NULL PRIMARY KEY,
    keyvalue varchar(255) NULL
  );
  INSERT INTO billtech_info VALUES ('last_sync', '0'), ('current_sync', '0');
  CREATE TABLE billtech_log (
    cdate integer DEFAULT 0 NOT NULL,
    type varchar(255) DEFAULT '' NOT NULL,
    description text NOT NULL
  );
`

const mysql = `
  CREATE TABLE billtech_payments (
    id int(11) NOT NULL auto_increment,
    ten varchar(16) DEFAULT '' NOT NULL,
    customerid int(11) NULL,
    amount decimal(9,2) DEFAULT 0 NOT NULL,
    title text NOT NULL,
    document_number varchar(255) NULL,
    reference_number varchar(255) NULL,
    cdate int(11) DEFAULT 0 NOT NULL,
    closed int(11) DEFAULT 0 NOT NULL,
    cashid int(11) NULL,
    token varchar(1000) NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (customerid) REFERENCES customers (id) ON DELETE SET NULL
  ) ENGINE=InnoDB;
  CREATE TABLE billtech_payment_links (
    id int(11) NOT NULL auto_increment PRIMARY KEY,
    customer_id int(11) NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    src_cash_id int(11) NULL REFERENCES cash (id) ON DELETE SET NULL,
    src_document_id int(11) NULL REFERENCES documents (id) ON DELETE SET NULL,
    type varchar(255) NOT NULL,
    link varchar(2000) NOT NULL,
    short_link varchar(160) NULL,
    token varchar(1000) NOT NULL,
    amount decimal(9,2) NOT NULL
  ) ENGINE=InnoDB;
  CREATE TABLE billtech_customer_info (
    customer_id int(11) NOT NULL PRIMARY KEY,
    last_cash_id int(11) NULL,
    FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE
  ) ENGINE=InnoDB;
  CREATE TABLE billtech_info (
    keytype varchar(255) NOT NULL PRIMARY KEY,
    keyvalue varchar(255) NULL
  ) ENGINE=InnoDB;
  INSERT INTO billtech_info VALUES ('last_sync', '0'), ('current_sync', '0');
  CREATE TABLE billtech_log (
    cdate int(11) DEFAULT 0 NOT NULL,
    type varchar(255) DEFAULT '' NOT NULL,
    description text NOT NULL
  ) ENGINE=InnoDB;
`
