/**
 * The columns of LMS's tables that the connector reads or writes. Money is exact text ("-123.45"), times are
 * epoch seconds, flags are 0 and 1. Columns that older releases of LMS lack are marked "optional": ask
 * `Lms.has` before naming one.
 */

import type { Generated, GeneratedAlways } from 'kysely'

/** Exact decimal text on both engines. */
export type Numeric = string

export interface LmsTables {
  users: { id: Generated<number>; login: string; name: Generated<string>; deleted: Generated<number> }
  divisions: {
    id: Generated<number>
    shortname: string
    name: Generated<string>
    label: string | null
    ten: Generated<string>
    bank: string | null
    account: Generated<string>
    inv_paytime: number | null
    status: Generated<number>
    address_id: number | null
  }
  addresses: {
    id: Generated<number>
    name: string | null
    city: string | null
    street: string | null
    zip: string | null
    house: string | null
    flat: string | null
  }
  customers: {
    id: Generated<number>
    lastname: Generated<string>
    name: Generated<string>
    status: Generated<number>
    type: Generated<number>
    ten: Generated<string>
    ssn: Generated<string>
    info: Generated<string>
    message: Generated<string>
    deleted: Generated<number>
    pin: Generated<string>
    cutoffstop: Generated<number>
    divisionid: number | null
    paytime: Generated<number>
    paytype: number | null
  }
  customer_addresses: {
    id: Generated<number>
    customer_id: number
    address_id: number
    type: Generated<number>
  }
  customerconsents: { customerid: number; cdate: Generated<number>; type: number }
  customercontacts: {
    id: Generated<number>
    customerid: number
    name: Generated<string>
    contact: Generated<string>
    type: number | null
  }
  customercontactproperties: { contactid: number; name: string; value: string }
  numberplans: {
    id: Generated<number>
    template: Generated<string>
    period: Generated<number>
    doctype: Generated<number>
    isdefault: Generated<number>
  }
  documents: {
    id: Generated<number>
    type: Generated<number>
    number: Generated<number>
    numberplanid: number | null
    extnumber: Generated<string>
    fullnumber: string | null
    cdate: Generated<number>
    sdate: Generated<number>
    customerid: number | null
    userid: number | null
    divisionid: number | null
    name: Generated<string>
    paytime: Generated<number>
    paytype: number | null
    closed: Generated<number>
    cancelled: Generated<number>
    reference: number | null
    reason: Generated<string>
    div_account: Generated<string>
    div_name: Generated<string>
    published: Generated<number>
    archived: Generated<number>
    senddate: Generated<number>
    comment: string | null
    currency: string | null
    currencyvalue: Generated<Numeric | null>
    flags: Generated<number>
  }
  invoicecontents: {
    docid: number
    itemid: Generated<number>
    value: Generated<Numeric>
    taxid: number | null
    content: Generated<string>
    count: Generated<Numeric>
    description: Generated<string>
  }
  debitnotecontents: {
    id: Generated<number>
    docid: number
    itemid: Generated<number>
    value: Generated<Numeric>
    description: Generated<string>
  }
  taxes: {
    id: Generated<number>
    value: Generated<Numeric>
    label: Generated<string>
    taxed: Generated<number>
  }
  cash: {
    id: Generated<number>
    time: Generated<number>
    /** 0 is a charge, anything else a payment. */
    type: Generated<number>
    servicetype: number | null
    userid: number | null
    value: Generated<Numeric>
    taxid: number | null
    customerid: number | null
    comment: Generated<string>
    docid: number | null
    itemid: Generated<number>
    importid: number | null
    sourceid: number | null
    currency: string | null
    currencyvalue: Generated<Numeric | null>
    /** Optional. */
    notification: Generated<number>
  }
  /** The cache that triggers on `cash` keep; no key, two rows of a customer are possible. */
  customerbalances: { customerid: number; balance: Numeric }
  cashsources: {
    id: Generated<number>
    name: Generated<string>
    description: string | null
    account: Generated<string>
    deleted: Generated<number>
    isdefault: Generated<number>
  }
  sourcefiles: { id: Generated<number>; userid: number | null; name: string; idate: number }
  cashimport: {
    id: Generated<number>
    date: Generated<number>
    value: Generated<Numeric>
    customer: Generated<string>
    description: Generated<string>
    customerid: number | null
    hash: Generated<string>
    closed: Generated<number>
    sourceid: number | null
    sourcefileid: number | null
    /** Optional. */
    srcaccount: string | null
    /** Optional. */
    operdate: number | null
    /** Optional. */
    extid: string | null
  }
  nodes: {
    id: Generated<number>
    name: string
    login: Generated<string>
    ipaddr: Generated<number>
    ipaddr_pub: Generated<number>
    ownerid: number | null
    access: Generated<number>
    warning: Generated<number>
    netid: number
  }
  assignments: {
    id: Generated<number>
    customerid: number
    tariffid: number | null
    datefrom: Generated<number>
    dateto: Generated<number>
    invoice: Generated<number>
    suspended: Generated<number>
  }
  customergroups: { id: Generated<number>; name: string; description: Generated<string> }
  customerassignments: {
    id: Generated<number>
    customergroupid: number
    customerid: number
    /** Optional. */
    startdate: Generated<number>
    /** Optional. */
    enddate: Generated<number>
  }
  /** The assignments that are in force now. A view, absent in older releases. */
  vcustomerassignments: {
    id: GeneratedAlways<number>
    customergroupid: GeneratedAlways<number>
    customerid: GeneratedAlways<number>
  }
  /** Nodes with an address. A view. */
  vnodes: {
    id: GeneratedAlways<number>
    name: GeneratedAlways<string>
    ownerid: GeneratedAlways<number | null>
    ipaddr: GeneratedAlways<number>
    ipaddr_pub: GeneratedAlways<number>
    access: GeneratedAlways<number>
    warning: GeneratedAlways<number>
  }
  uiconfig: {
    id: Generated<number>
    section: Generated<string>
    var: Generated<string>
    value: Generated<string>
    description: Generated<string>
    disabled: Generated<number>
    type: Generated<number>
    userid: number | null
    /** Optional. */
    divisionid: number | null
    /** Optional. */
    configid: number | null
  }
  dbinfo: { keytype: string; keyvalue: string }
  daemoninstances: {
    id: Generated<number>
    name: string
    hostid: number | null
    module: string
    disabled: Generated<number>
  }
  daemonconfig: {
    id: Generated<number>
    instanceid: number
    var: string
    value: Generated<string>
    disabled: Generated<number>
  }
}
