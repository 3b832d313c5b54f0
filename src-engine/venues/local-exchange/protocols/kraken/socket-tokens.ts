import { randomBytes } from 'node:crypto';
import type { Account } from '../../core/accounts/accounts.ts';

/** How long a WebSocket token may wait for its first use (Kraken: 15 minutes). */
export const TOKEN_LIFE_US = 900_000_000;
/** Most tokens that wait for their first use. */
const MAX_TOKENS = 10_000;

/** Tokens by which a WebSocket connection speaks for an account. */
export class SocketTokens {
  readonly #tokens = new Map<string, { account: Account; expiresUs: number }>();

  /** A fresh token, unguessable. */
  issue(account: Account, nowUs: number): string {
    for (const [token, entry] of this.#tokens) {
      if (entry.expiresUs >= nowUs && this.#tokens.size < MAX_TOKENS) break;
      this.#tokens.delete(token);
    }
    const token = randomBytes(32).toString('base64');
    this.#tokens.set(token, { account, expiresUs: nowUs + TOKEN_LIFE_US });
    return token;
  }

  /** The account that a token speaks for, while it has not expired. */
  accountOf(token: string, nowUs: number): Account | undefined {
    const entry = this.#tokens.get(token);
    return entry !== undefined && entry.expiresUs >= nowUs ? entry.account : undefined;
  }
}
