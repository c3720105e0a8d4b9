/**
 * Works through things with a bounded number under way at once. Stops taking new ones where a piece of work
 * throws, waits for those under way, and throws the first error.
 */
export async function inFlight<T>(
  limit: number,
  things: Iterable<T> | AsyncIterable<T>,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const source = Symbol.asyncIterator in things ? things[Symbol.asyncIterator]() : things[Symbol.iterator]()
  let failure: { error: unknown } | undefined
  const worker = async () => {
    while (!failure) {
      try {
        const { done, value } = await source.next()
        if (done) return
        await work(value)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: limit }, worker))
  if (failure) {
    await source.return?.(undefined)
    throw failure.error
  }
}
