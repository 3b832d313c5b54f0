/**
 * Tokens for a quarter of an hour in place of a key of the API: JSON Web Tokens, signed with HS256 (RFC 7519, RFC 8725). Signing keys
 * are made here, are nowhere else, and change every hour; the one before holds for as long as its tokens. A token is worth no more
 * than its key: revoked or expired, the key opens nothing by it either. After a restart a new one is asked for.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Scope } from '../contract/scopes.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';

export const TOKEN_SECONDS = 900;
export const ROTATE_SECONDS = 3_600;
/** Tokens that are valid at a time. */
export const MAX_TOKENS = 10_000;
/** Of these, of one key: no key uses up the tokens of the others. */
export const MAX_TOKENS_A_KEY = 100;
const ISSUER = 'parallax';
const AUDIENCE = 'parallax-api';
const ALGORITHM = 'HS256';

type SigningKey = { readonly kid: string; readonly secret: Uint8Array; readonly madeUs: number };
/** What a token stands for: the SHA-256 of its key, what of the key's scope it has, and its end. */
export type Minted = { readonly digest: string; readonly scope: Scope; readonly untilUs: number };

export class TokenMint {
  readonly #clock: Clock;
  #keys: readonly SigningKey[] = [];
  /** By their id, the oldest first. */
  readonly #minted = new Map<string, Minted>();

  readonly #most: number;

  constructor(clock: Clock, most: number = MAX_TOKENS) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Undefined: as many as may be are valid, of all keys or of this one. @param subject name of the key, for who looks into a token. */
  async mint(subject: string, digest: string, scope: Scope): Promise<string | undefined> {
    const nowUs = this.#clock.nowUs();
    this.#forget(nowUs);
    if (this.#minted.size >= this.#most || this.#countOf(digest) >= MAX_TOKENS_A_KEY) return undefined;
    const { SignJWT } = await import('jose');
    const key = this.#signingKey(nowUs);
    const [id, now] = [randomUUID(), Math.floor(nowUs / US_PER_SECOND)];
    this.#minted.set(id, { digest, scope, untilUs: (now + TOKEN_SECONDS) * US_PER_SECOND });
    return new SignJWT({ scope })
      .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(subject)
      .setJti(id)
      .setIssuedAt(now)
      .setExpirationTime(now + TOKEN_SECONDS)
      .sign(key.secret);
  }

  /** Undefined: it is none of ours, changed, or over. */
  async verify(token: string): Promise<Minted | undefined> {
    const nowUs = this.#clock.nowUs();
    this.#forget(nowUs);
    const { jwtVerify } = await import('jose');
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = this.#keys.find((one) => one.kid === kid);
          if (key === undefined) throw new Error('no such key');
          return key.secret;
        },
        {
          // Listed: a token that says `none`, or the name of another algorithm, is refused.
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['exp', 'jti', 'sub'],
          currentDate: new Date(nowUs / 1_000),
        },
      );
      return this.#minted.get(payload.jti ?? '');
    } catch {
      return undefined;
    }
  }

  #countOf(digest: string): number {
    let count = 0;
    for (const one of this.#minted.values()) if (one.digest === digest) count += 1;
    return count;
  }

  #signingKey(nowUs: number): SigningKey {
    const [newest] = this.#keys;
    if (newest !== undefined && nowUs < newest.madeUs + ROTATE_SECONDS * US_PER_SECOND) return newest;
    const key = { kid: randomUUID(), secret: new Uint8Array(randomBytes(32)), madeUs: nowUs };
    this.#keys = [key, ...this.#keys];
    return key;
  }

  /** Drops tokens that have expired, and signing keys that no valid token was signed with. */
  #forget(nowUs: number): void {
    for (const [id, { untilUs }] of this.#minted) {
      if (untilUs > nowUs) break;
      this.#minted.delete(id);
    }
    const oldestUs = nowUs - (ROTATE_SECONDS + TOKEN_SECONDS) * US_PER_SECOND;
    if (this.#keys.some(({ madeUs }) => madeUs <= oldestUs))
      this.#keys = this.#keys.filter(({ madeUs }) => madeUs > oldestUs);
  }
}
