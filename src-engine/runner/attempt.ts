/** A call of an adapter, whose faults are the adapter's own. */

/** Why an adapter did not take a call; undefined: it did. */
export function attempt<T>(adapter: T | undefined, call: (adapter: T) => void): string | undefined {
  if (adapter === undefined) return 'this run is not connected to it';
  try {
    call(adapter);
    return undefined;
  } catch (error) {
    return `its adapter failed (${error instanceof Error ? error.message : String(error)})`;
  }
}
