import { InvalidArgumentError } from 'commander'

/** Reads how many rows a list shows at most. @throws InvalidArgumentError where it is not 1 to 1000 */
export function rowCount(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 1_000) return value
  throw new InvalidArgumentError('It must be a whole number, 1 to 1000.')
}
