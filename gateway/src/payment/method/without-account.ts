import { MethodError } from './method.ts'

/** @returns undefined where the method has no account, so that nothing can be proved by its keys */
export async function unlessWithoutAccount<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof MethodError) return undefined
    throw error
  }
}
