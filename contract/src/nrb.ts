/**
 * NRB: the Polish bank account number (BBAN), 26 digits of which the first two check the rest by
 * ISO 7064 MOD 97-10. The sort code inside is not looked up: banks merge, and numbers outlive them.
 */

/** Digits of an account as people write it: spaces and a leading country code are taken off. */
export function bareNrb(written: string): string {
  return written.replace(/\s+/g, '').replace(/^PL/i, '')
}

/** Whether 26 bare digits carry the right check digits. */
export function isNrb(digits: string): boolean {
  if (!/^\d{26}$/.test(digits)) return false
  // "PL" is 2521 in the alphabet of ISO 13616; the check digits go last.
  const checked = `${digits.slice(2)}2521${digits.slice(0, 2)}`
  let remainder = 0
  for (const digit of checked) remainder = (remainder * 10 + Number(digit)) % 97
  return remainder === 1
}
