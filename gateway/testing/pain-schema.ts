export type PainVersion = 'pain.001.001.03' | 'pain.001.001.09'

/**
 * An XML schema of customer credit transfers as ISO 20022 orders and measures them. What the gateway never writes
 * is named in its place, with any content.
 */
export function painSchema(version: PainVersion): string {
  const is09 = version === 'pain.001.001.09'
  const namespace = `urn:iso:std:iso:20022:tech:xsd:${version}`
  return `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns="${namespace}" xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
  targetNamespace="${namespace}">
  <xs:element name="Document">
    <xs:complexType><xs:sequence><xs:element name="CstmrCdtTrfInitn" type="Initiation"/></xs:sequence></xs:complexType>
  </xs:element>
${messageTypes(is09)}
${transferTypes(is09)}
${partyTypes(is09)}
${simpleTypes()}
</xs:schema>`
}

function messageTypes(is09: boolean): string {
  return `${type('Initiation', [one('GrpHdr', 'GroupHeader'), many('PmtInf', 'PaymentInstruction'), any('SplmtryData')])}
  ${type('GroupHeader', [
    one('MsgId', 'Max35Text'),
    one('CreDtTm', 'xs:dateTime'),
    any('Authstn'),
    one('NbOfTxs', 'Max15NumericText'),
    maybe('CtrlSum', 'DecimalNumber'),
    one('InitgPty', 'Party'),
    any('FwdgAgt'),
    ...(is09 ? [any('InitnSrc')] : []),
  ])}
  ${type('PaymentInstruction', [
    one('PmtInfId', 'Max35Text'),
    one('PmtMtd', 'PaymentMethod'),
    ...(is09 ? [any('ReqdAdvcTp')] : []),
    maybe('BtchBookg', 'xs:boolean'),
    maybe('NbOfTxs', 'Max15NumericText'),
    maybe('CtrlSum', 'DecimalNumber'),
    any('PmtTpInf'),
    one('ReqdExctnDt', is09 ? 'DateAndDateTime' : 'xs:date'),
    any('PoolgAdjstmntDt'),
    one('Dbtr', 'Party'),
    one('DbtrAcct', 'CashAccount'),
    one('DbtrAgt', 'Agent'),
    any('DbtrAgtAcct'),
    ...(is09 ? [any('InstrForDbtrAgt')] : []),
    any('UltmtDbtr'),
    maybe('ChrgBr', 'ChargeBearer'),
    any('ChrgsAcct'),
    any('ChrgsAcctAgt'),
    many('CdtTrfTxInf', 'CreditTransfer'),
  ])}
`
}

function transferTypes(is09: boolean): string {
  return `  ${type('CreditTransfer', [
    one('PmtId', 'PaymentIdentification'),
    any('PmtTpInf'),
    one('Amt', 'AmountType'),
    any('XchgRateInf'),
    maybe('ChrgBr', 'ChargeBearer'),
    ...(is09 ? [any('MndtRltdInf')] : []),
    any('ChqInstr'),
    any('UltmtDbtr'),
    any('IntrmyAgt1'),
    any('IntrmyAgt1Acct'),
    any('IntrmyAgt2'),
    any('IntrmyAgt2Acct'),
    any('IntrmyAgt3'),
    any('IntrmyAgt3Acct'),
    maybe('CdtrAgt', 'Agent'),
    any('CdtrAgtAcct'),
    maybe('Cdtr', 'Party'),
    maybe('CdtrAcct', 'CashAccount'),
    any('UltmtCdtr'),
    any('InstrForCdtrAgt'),
    any('InstrForDbtrAgt'),
    any('Purp'),
    any('RgltryRptg'),
    any('Tax'),
    any('RltdRmtInf'),
    maybe('RmtInf', 'Remittance'),
    ...(is09 ? [any('SplmtryData')] : []),
  ])}
  ${type('PaymentIdentification', [
    maybe('InstrId', 'Max35Text'),
    one('EndToEndId', 'Max35Text'),
    ...(is09 ? [any('UETR')] : []),
  ])}
  <xs:complexType name="AmountType">
    <xs:choice>${one('InstdAmt', 'CurrencyAndAmount')}${one('EqvtAmt', 'xs:anyType')}</xs:choice>
  </xs:complexType>
  ${type('Remittance', [
    '<xs:element name="Ustrd" type="Max140Text" minOccurs="0" maxOccurs="unbounded"/>',
    any('Strd'),
  ])}
`
}

function partyTypes(is09: boolean): string {
  return `  ${type('Party', [
    maybe('Nm', 'Max140Text'),
    maybe('PstlAdr', 'PostalAddress'),
    any('Id'),
    any('CtryOfRes'),
    any('CtctDtls'),
  ])}
  ${type('PostalAddress', [
    any('AdrTp'),
    ...(is09
      ? ['Dept', 'SubDept', 'StrtNm', 'BldgNb', 'BldgNm', 'Flr', 'PstBx', 'Room', 'PstCd', 'TwnNm']
      : []
    ).map(any),
    ...(is09 ? ['TwnLctnNm', 'DstrctNm'] : ['Dept', 'SubDept', 'StrtNm', 'BldgNb', 'PstCd', 'TwnNm']).map(
      any,
    ),
    any('CtrySubDvsn'),
    maybe('Ctry', 'CountryCode'),
    '<xs:element name="AdrLine" type="Max70Text" minOccurs="0" maxOccurs="7"/>',
  ])}
  ${type('CashAccount', [one('Id', 'AccountIdentification'), any('Tp'), any('Ccy'), any('Nm'), any('Prxy')])}
  <xs:complexType name="AccountIdentification">
    <xs:choice>${one('IBAN', 'IBAN2007Identifier')}${one('Othr', 'xs:anyType')}</xs:choice>
  </xs:complexType>
  ${type('Agent', [one('FinInstnId', 'FinancialInstitution'), any('BrnchId')])}
  ${type('FinancialInstitution', [
    maybe(is09 ? 'BICFI' : 'BIC', 'BICIdentifier'),
    maybe('ClrSysMmbId', 'ClearingSystemMember'),
    ...(is09 ? [any('LEI')] : []),
    any('Nm'),
    any('PstlAdr'),
    any('Othr'),
  ])}
  ${type('ClearingSystemMember', [maybe('ClrSysId', 'ClearingSystem'), one('MmbId', 'Max35Text')])}
  <xs:complexType name="ClearingSystem">
    <xs:choice>${one('Cd', 'ClearingSystemCode')}${one('Prtry', 'Max35Text')}</xs:choice>
  </xs:complexType>
`
}

function simpleTypes(): string {
  return `
  <xs:complexType name="DateAndDateTime">
    <xs:choice>${one('Dt', 'xs:date')}${one('DtTm', 'xs:dateTime')}</xs:choice>
  </xs:complexType>
  <xs:complexType name="CurrencyAndAmount">
    <xs:simpleContent>
      <xs:extension base="Amount"><xs:attribute name="Ccy" type="CurrencyCode" use="required"/></xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:simpleType name="Amount">
    <xs:restriction base="xs:decimal">
      <xs:minInclusive value="0"/><xs:fractionDigits value="5"/><xs:totalDigits value="18"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="DecimalNumber">
    <xs:restriction base="xs:decimal"><xs:fractionDigits value="17"/><xs:totalDigits value="18"/></xs:restriction>
  </xs:simpleType>
  ${text('Max35Text', 35)}${text('Max70Text', 70)}${text('Max140Text', 140)}
  ${pattern('Max15NumericText', '[0-9]{1,15}')}
  ${pattern('IBAN2007Identifier', '[A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}')}
  ${pattern('BICIdentifier', '[A-Z]{6,6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3,3}){0,1}')}
  ${pattern('CurrencyCode', '[A-Z]{3,3}')}
  ${pattern('CountryCode', '[A-Z]{2,2}')}
  ${pattern('PaymentMethod', 'CHK|TRF|TRA')}
  ${pattern('ChargeBearer', 'DEBT|CRED|SHAR|SLEV')}
  ${pattern('ClearingSystemCode', '[A-Z0-9]{1,5}')}`
}

function type(name: string, elements: readonly string[]): string {
  return `<xs:complexType name="${name}"><xs:sequence>${elements.join('')}</xs:sequence></xs:complexType>`
}

function one(name: string, of: string): string {
  return `<xs:element name="${name}" type="${of}"/>`
}

function maybe(name: string, of: string): string {
  return `<xs:element name="${name}" type="${of}" minOccurs="0"/>`
}

function many(name: string, of: string): string {
  return `<xs:element name="${name}" type="${of}" maxOccurs="unbounded"/>`
}

function any(name: string): string {
  return `<xs:element name="${name}" type="xs:anyType" minOccurs="0" maxOccurs="unbounded"/>`
}

function text(name: string, charactersMax: number): string {
  return `<xs:simpleType name="${name}"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength
    value="${charactersMax}"/></xs:restriction></xs:simpleType>`
}

function pattern(name: string, form: string): string {
  return `<xs:simpleType name="${name}"><xs:restriction base="xs:string"><xs:pattern
    value="${form}"/></xs:restriction></xs:simpleType>`
}
