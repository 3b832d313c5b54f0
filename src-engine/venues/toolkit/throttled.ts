/** The venue asks this address to pause, or has banned it: nothing may be asked before `retryAfterMs` are over. */
export class Throttled extends Error {
  readonly isBan: boolean;
  readonly retryAfterMs: number;

  /** @param call what was asked, for a person. */
  constructor(call: string, isBan: boolean, retryAfterMs: number) {
    const wait = `for ${Math.ceil(retryAfterMs / 1_000)} s`;
    super(
      isBan
        ? `the venue has banned this address ${wait} (${call})`
        : `the venue asks for a pause ${wait} (${call})`,
    );
    this.name = 'Throttled';
    this.isBan = isBan;
    this.retryAfterMs = retryAfterMs;
  }
}
