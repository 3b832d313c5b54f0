/**
 * The messages between the engine and its watchdog, one JSON object a line: the engine on the watchdog's standard input,
 * where no other process sees the key, the watchdog on its standard output.
 */
import { z } from 'zod';

/** Shortest, longest and usual time without a sign of life after which an engine counts as frozen. */
export const SILENCE_MS = { min: 2_000, max: 60_000, usual: 5_000 } as const;
/** Longest line that either side reads. */
export const MAX_LINE = 16_384;

/** The largest that a venue takes: unsigned, 64 bits. */
const MAX_NONCE = 2n ** 64n - 1n;
const decimalNumber = z
  .string()
  .regex(/^\d{1,20}$/)
  .refine((digits) => BigInt(digits) <= MAX_NONCE, 'is not an unsigned number of 64 bits');

const start = z.strictObject({
  t: z.literal('start'),
  enginePid: z.number().int().positive(),
  dataDir: z.string().min(1),
  silenceMs: z.number().int().min(SILENCE_MS.min).max(SILENCE_MS.max),
  venue: z.string().min(1),
  /** Id of the adapter that speaks its protocol. */
  adapter: z.string().min(1),
  /** The venue's own address when left out. */
  restUrl: z.url().optional(),
  credential: z.strictObject({
    key: z.string(),
    secret: z.string(),
    passphrase: z.string().optional(),
  }),
  /** Level of the account; the lowest of the venue when left out. */
  tier: z.string().optional(),
});
export type StartMessage = z.infer<typeof start>;

/** `nonce`: no nonce of the engine is above it, as far as it is known. */
const beat = z.strictObject({ t: z.literal('beat'), nonce: decimalNumber.optional() });
const end = z.strictObject({ t: z.literal('end') });

export const toWatchdog = z.discriminatedUnion('t', [start, beat, end]);
export type ToWatchdog = z.infer<typeof toWatchdog>;

/** What the watchdog did. It is a file of the data folder as well, for the engine that starts next. */
export const watchdogReport = z.object({
  atUs: z.number().int(),
  enginePid: z.number().int(),
  venue: z.string(),
  /** `dead`: the engine's process is gone. `frozen`: no sign of life of its decision loop. */
  cause: z.enum(['dead', 'frozen']),
  /** How long it had been silent. */
  silentMs: z.number(),
  /** Orders that the venue says it canceled. */
  canceled: z.number().int(),
  /** The venue was asked afterwards, twice, and showed nothing open. */
  verified: z.boolean(),
  attempts: z.number().int(),
  /** From the decision to the venue's answer that nothing is open; to the end of trying where there was none. */
  tookMs: z.number(),
  /** Why it is not verified, or not yet. */
  problem: z.string(),
  /** The watchdog's nonces may go up to here. */
  nonce: decimalNumber,
});
export type WatchdogReport = z.infer<typeof watchdogReport>;

export const fromWatchdog = z.discriminatedUnion('t', [
  z.object({ t: z.literal('watching') }),
  /** The answer to a beat: its loop runs. */
  z.object({ t: z.literal('heard') }),
  z.object({ t: z.literal('acted'), report: watchdogReport }),
]);
export type FromWatchdog = z.infer<typeof fromWatchdog>;

/** Cuts a stream into lines and reads each; what is not a message of `schema`, or too long for one, is reported as a fault. */
export class LineReader<T> {
  readonly #schema: {
    safeParse(value: unknown): { readonly success: boolean; readonly data?: T | undefined };
  };
  readonly #onMessage: (message: T) => void;
  readonly #onFault: () => void;
  #rest = '';
  /** In the rest of a line that was too long: no end of it is a message. */
  #isSkipping = false;

  constructor(
    schema: { safeParse(value: unknown): { readonly success: boolean; readonly data?: T | undefined } },
    onMessage: (message: T) => void,
    onFault: () => void,
  ) {
    this.#schema = schema;
    this.#onMessage = onMessage;
    this.#onFault = onFault;
  }

  take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (this.#isSkipping) this.#isSkipping = false;
      else this.#read(line);
    }
    if (this.#isSkipping) this.#rest = '';
    if (this.#rest.length <= MAX_LINE) return;
    this.#rest = '';
    this.#isSkipping = true;
    this.#onFault();
  }

  #read(line: string): void {
    const parsed = line.length > MAX_LINE ? undefined : this.#schema.safeParse(parseJson(line));
    if (parsed?.success === true && parsed.data !== undefined) this.#onMessage(parsed.data);
    else this.#onFault();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
