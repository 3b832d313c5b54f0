/**
 * Coinbase numbers every message of a connection, of all channels together and acknowledgements included (Advanced Trade, "WebSocket
 * Overview", sequence numbers): a number that is not the one after the last shows that a message of some book is missing.
 */
const KEY = Buffer.from('"sequence_num":');
/** The number stands behind channel and time. */
const HEAD_BYTES = 400;
const ZERO = 48;

/** The number of a frame; −1 where it has none, as a refusal has. */
export function sequenceOf(bytes: Buffer): number {
  const head = bytes.subarray(0, HEAD_BYTES).indexOf(KEY);
  const key = head >= 0 ? head : bytes.indexOf(KEY);
  if (key < 0) return -1;
  let at = key + KEY.length;
  let value = 0;
  const start = at;
  for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - ZERO)
    value = value * 10 + digit;
  return at === start || !Number.isSafeInteger(value) ? -1 : value;
}

export class ConnectionSequence {
  #last: number | undefined;

  /** A connection was opened: its numbers begin anew. */
  reset(): void {
    this.#last = undefined;
  }

  /** Empty where this number follows; else what is wrong. A frame without a number is judged by the caller. */
  take(number: number): string {
    const last = this.#last;
    this.#last = number;
    return last === undefined || number === last + 1 ? '' : `sequence_num ${number} came after ${last}`;
  }
}
