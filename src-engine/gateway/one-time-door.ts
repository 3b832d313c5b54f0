/**
 * The address that a browser is started with. Arguments of a process are seen by every user of the machine, so it holds no
 * token: it holds a code that is good for one visit within seconds, and the answer leads to the address with the token.
 */
import { createHash, randomBytes } from 'node:crypto';

/** A browser that has to start first asks within this. */
const GOOD_FOR_MS = 60_000;

export class OneTimeDoor {
  readonly #nowMs: () => number;
  #open: { readonly code: string; readonly target: string; readonly untilMs: number } | undefined;

  /** @param nowMs of a clock that never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A fresh code for the target; the one before is good no longer. */
  issue(target: string): string {
    const code = randomBytes(24).toString('base64url');
    this.#open = { code: digest(code), target, untilMs: this.#nowMs() + GOOD_FOR_MS };
    return code;
  }

  /** Where the code leads, once; undefined for any other, one that was used, and one that is too old. */
  take(code: string): string | undefined {
    const open = this.#open;
    // Of digests: how long the comparison takes says nothing about the code.
    if (open === undefined || digest(code) !== open.code) return undefined;
    this.#open = undefined;
    return this.#nowMs() <= open.untilMs ? open.target : undefined;
  }
}

const digest = (code: string): string => createHash('sha256').update(code).digest('hex');
