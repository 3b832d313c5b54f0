/**
 * Takes every step of an end, one after the other, whatever becomes of the ones before it: one part that does not close keeps no other
 * from giving back what it holds. @throws the first failure, once all were taken.
 */
export async function everyStep(steps: Iterable<() => unknown>): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
