import type { Engine } from '../platform/index.ts'

export interface Column {
  name: string
  /** Type and what follows it, as ADD COLUMN takes it. */
  definition: Record<Engine, string>
  /** Whether the old plugin's table has it too. */
  old: boolean
}

export interface Table {
  name: string
  /** Whether the old plugin has a table of this name. */
  old: boolean
  columns: readonly Column[]
  primaryKey: string
  /** Index name → columns. */
  unique: Record<string, readonly string[]>
  /** Index name → columns; `token(64)`: MySQL indexes only the beginning of so long a column. */
  indexes: Record<string, readonly string[]>
}

const both = (definition: string): Record<Engine, string> => ({ postgres: definition, mysql: definition })
/** Compared byte by byte: ids of a gateway differ in case. */
const key = (length: number, rest = 'NULL'): Record<Engine, string> => ({
  postgres: `varchar(${length}) ${rest}`,
  mysql: `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ${rest}`,
})
const serial: Record<Engine, string> = { postgres: 'serial NOT NULL', mysql: 'int NOT NULL AUTO_INCREMENT' }
/** A TEXT column of MySQL takes no default: whoever writes the row gives it. */
const text: Record<Engine, string> = { postgres: "text NOT NULL DEFAULT ''", mysql: 'text NOT NULL' }

const was = (name: string, definition: Record<Engine, string>): Column => ({ name, definition, old: true })
const own = (name: string, definition: Record<Engine, string>): Column => ({ name, definition, old: false })

const payments: Table = {
  name: 'billtech_payments',
  old: true,
  columns: [
    was('id', serial),
    was('ten', both("varchar(16) NOT NULL DEFAULT ''")),
    was('customerid', both('int NULL')),
    was('amount', both('numeric(9,2) NOT NULL DEFAULT 0')),
    was('title', text),
    was('document_number', both('varchar(255) NULL')),
    was('reference_number', both('varchar(255) NULL')),
    was('cdate', both('int NOT NULL DEFAULT 0')),
    was('closed', { postgres: 'smallint NOT NULL DEFAULT 0', mysql: 'int NOT NULL DEFAULT 0' }),
    was('cashid', both('int NULL')),
    was('token', both('varchar(1000) NULL')),
    own('row_id', key(100)),
    own('operation_id', key(100)),
    own('gateway', both('varchar(255) NULL')),
    own('paid_at', both('bigint NULL')),
    own('arrives', both('varchar(10) NULL')),
    own('method', both('varchar(20) NULL')),
    own('state', both('varchar(12) NULL')),
    own('settled_importid', both('int NULL')),
    own('expires_at', both('bigint NULL')),
    own('refunded', both('numeric(9,2) NOT NULL DEFAULT 0')),
    own('reference_digits', both('varchar(20) NULL')),
    own('test', both('smallint NOT NULL DEFAULT 0')),
    own('event_id', both('varchar(20) NULL')),
  ],
  primaryKey: 'id',
  unique: { billtech_payments_row: ['row_id'] },
  indexes: {
    billtech_payments_customer: ['customerid', 'operation_id'],
    billtech_payments_state: ['state', 'expires_at'],
    billtech_payments_digits: ['reference_digits'],
    billtech_payments_time: ['cdate', 'id'],
    billtech_payments_cash: ['cashid'],
    billtech_payments_token: ['token(64)'],
    billtech_payments_reference: ['reference_number'],
  },
}

const links: Table = {
  name: 'billtech_payment_links',
  old: true,
  columns: [
    was('id', serial),
    was('customer_id', both('int NOT NULL')),
    was('src_cash_id', both('int NULL')),
    was('src_document_id', both('int NULL')),
    was('type', both('varchar(255) NOT NULL')),
    was('link', both('varchar(2000) NOT NULL')),
    was('short_link', both('varchar(160) NULL')),
    was('token', both('varchar(1000) NOT NULL')),
    was('amount', both('numeric(9,2) NOT NULL')),
    own('operation_id', key(100)),
    own('gateway', both('varchar(255) NULL')),
    own('state', both("varchar(10) NOT NULL DEFAULT 'active'")),
    own('title', both('varchar(105) NULL')),
    own('due_date', both('varchar(10) NULL')),
    own('nrb', both('varchar(26) NULL')),
    own('sent_hash', both('varchar(64) NULL')),
    own('source_hash', both('varchar(40) NULL')),
    own('created_at', both('bigint NULL')),
    own('ended_at', both('bigint NULL')),
    own('active_key', key(400)),
  ],
  primaryKey: 'id',
  unique: { billtech_links_active: ['active_key'] },
  indexes: {
    billtech_links_customer: ['customer_id', 'operation_id'],
    billtech_links_state: ['state', 'customer_id'],
    billtech_links_document: ['src_document_id'],
    billtech_links_token: ['token(64)'],
  },
}

const customerInfo: Table = {
  name: 'billtech_customer_info',
  old: true,
  columns: [
    was('customer_id', both('int NOT NULL')),
    was('last_cash_id', both('int NULL')),
    own('fingerprint', both('varchar(64) NULL')),
    own('claim', both('varchar(40) NULL')),
    own('checked_at', both('bigint NULL')),
  ],
  primaryKey: 'customer_id',
  unique: {},
  indexes: {},
}

const info: Table = {
  name: 'billtech_info',
  old: true,
  columns: [was('keytype', both('varchar(255) NOT NULL')), was('keyvalue', both('text NULL'))],
  primaryKey: 'keytype',
  unique: {},
  indexes: {},
}

const log: Table = {
  name: 'billtech_log',
  old: true,
  columns: [
    was('cdate', both('int NOT NULL DEFAULT 0')),
    was('type', both("varchar(255) NOT NULL DEFAULT ''")),
    was('description', { postgres: 'text NOT NULL', mysql: 'text NOT NULL' }),
  ],
  primaryKey: '',
  unique: {},
  indexes: { billtech_log_time: ['cdate'] },
}

const lease: Table = {
  name: 'billtech_lease',
  old: false,
  columns: [
    own('name', key(40, 'NOT NULL')),
    own('holder', both('varchar(120) NOT NULL')),
    own('until_at', both('bigint NOT NULL')),
    own('since', both('bigint NOT NULL')),
  ],
  primaryKey: 'name',
  unique: {},
  indexes: {},
}

const refused: Table = {
  name: 'billtech_refused',
  old: false,
  columns: [
    own('id', serial),
    own('refused_key', key(330, 'NOT NULL')),
    own('kind', both('varchar(12) NOT NULL')),
    own('customer_id', both('int NULL')),
    own('operation_id', key(100)),
    own('row_id', key(100)),
    own('reason_code', both('varchar(60) NOT NULL')),
    own('field', both('varchar(60) NULL')),
    own('says', { postgres: 'text NOT NULL', mysql: 'text NOT NULL' }),
    own('data_hash', both('varchar(64) NULL')),
    own('since', both('bigint NOT NULL')),
    own('seen_at', both('bigint NOT NULL')),
  ],
  primaryKey: 'id',
  unique: { billtech_refused_one: ['refused_key'] },
  indexes: { billtech_refused_customer: ['customer_id'] },
}

const refunds: Table = {
  name: 'billtech_refunds',
  old: false,
  columns: [
    own('refund_id', key(190, 'NOT NULL')),
    own('payment_row_id', key(100)),
    own('amount', both('numeric(9,2) NOT NULL')),
    own('cash_id', both('int NULL')),
    own('cdate', both('bigint NOT NULL')),
  ],
  primaryKey: 'refund_id',
  unique: {},
  indexes: { billtech_refunds_payment: ['payment_row_id'] },
}

const statement: Table = {
  name: 'billtech_statement',
  old: false,
  columns: [
    own('importid', both('int NOT NULL')),
    own('customerid', both('int NULL')),
    own('value', both('numeric(9,2) NOT NULL')),
    own('reference_digits', both('varchar(20) NULL')),
    own('state', both('varchar(12) NOT NULL')),
    own('seen_at', both('bigint NOT NULL')),
  ],
  primaryKey: 'importid',
  unique: {},
  indexes: {
    billtech_statement_digits: ['reference_digits'],
    billtech_statement_state: ['state'],
  },
}

/** Nodes that were off before a block, and stay off when it is lifted. */
const nodesOff: Table = {
  name: 'billtech_nodes_off',
  old: false,
  columns: [own('node_id', both('int NOT NULL')), own('since', both('bigint NOT NULL'))],
  primaryKey: 'node_id',
  unique: {},
  indexes: {},
}

/** What uninstall needs: a step of the installation, and what stood there before. */
const install: Table = {
  name: 'billtech_install',
  old: false,
  columns: [
    own('step', key(100, 'NOT NULL')),
    own('detail', { postgres: 'text NOT NULL', mysql: 'mediumtext NOT NULL' }),
  ],
  primaryKey: 'step',
  unique: {},
  indexes: {},
}

/** In the order in which they are made: the lease first, because it guards the rest. */
export const tables: readonly Table[] = [
  lease,
  install,
  payments,
  links,
  customerInfo,
  info,
  log,
  refused,
  refunds,
  statement,
  nodesOff,
]
