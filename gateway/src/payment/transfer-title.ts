const titleCharactersMax = 140

/** What Polish interbank transfers carry; anything else reaches the biller as a question mark or not at all. */
const notInBankCharacterSet = /[^A-Za-z0-9ĄĆĘŁŃÓŚŹŻąćęłńóśźż .,:;/()+\-_#&'"!?@%*=]/gu

/**
 * The title that a transfer to the biller has: `ref <reference number> ID <userId> <title>`, by which the
 * biller's statement import finds the payment. Cut to 140 characters; the reference stands first and stays
 * whole.
 */
export function transferTitle(referenceNumber: string, userId: string, title: string): string {
  const text = `ref ${referenceNumber} ID ${userId} ${title}`.normalize('NFC')
  const clean = text.replace(notInBankCharacterSet, ' ').replace(/ +/g, ' ').trim()
  return clean.slice(0, titleCharactersMax).trimEnd()
}
