/** Whose a token is: a JSON Web Token that the account's key signed (Advanced Trade, "API Key Authentication"). */
import { createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { US_PER_SECOND } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { Account, Accounts } from '../../core/accounts/accounts.ts';
import { notAuthenticated } from './coinbase-problem.ts';

/** Longest time that a token holds. */
const MAX_LIFE_S = 120;
const PUBLIC_BYTES = 32;
/** Who makes tokens, and for whom, in the words of the venue's own clients and of older ones. */
const ISSUERS: ReadonlySet<unknown> = new Set(['cdp', 'coinbase-cloud']);

type Part = Readonly<Record<string, unknown>>;

/** A REST call as a token must name it. */
export type NamedCall = {
  readonly method: string;
  /** As the client addressed it; undefined where its carrier has no such name. */
  readonly host: string | undefined;
  /** Without the query. */
  readonly path: string;
};

export class TokenDesk {
  readonly #accounts: Accounts;
  readonly #clock: Clock;
  readonly #keys = new Map<Account, KeyObject>();
  /** When each nonce that was seen ends with its token, in seconds. */
  readonly #nonces = new Map<string, number>();

  constructor(accounts: Accounts, clock: Clock) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** @param call undefined: of a connection. @throws CoinbaseProblem of the status 401. */
  accountOf(token: string, call: NamedCall | undefined): Account {
    const [head = '', payload = '', signature = '', ...more] = token.split('.');
    const [header, claims] = [part(head), part(payload)];
    if (header === undefined || claims === undefined || more.length > 0) throw notAuthenticated();
    const { kid, alg, nonce } = header;
    const account = typeof kid === 'string' ? this.#accounts.byKey(kid) : undefined;
    if (account === undefined || claims['sub'] !== kid || !ISSUERS.has(claims['iss']))
      throw notAuthenticated();
    if (!this.#isSigned(account, alg, `${head}.${payload}`, Buffer.from(signature, 'base64url')))
      throw notAuthenticated();
    if (!this.#isInTime(claims) || !isOfCall(claims, call)) throw notAuthenticated();
    if (typeof nonce !== 'string' || nonce === '' || this.#nonces.has(nonce)) throw notAuthenticated();
    this.#remember(nonce, Number(claims['exp']));
    return account;
  }

  #isSigned(account: Account, alg: unknown, text: string, signature: Buffer): boolean {
    const known = this.#keys.get(account) ?? publicKeyOf(account.secret);
    this.#keys.set(account, known);
    const bytes = Buffer.from(text);
    if (known.asymmetricKeyType === 'ed25519')
      return alg === 'EdDSA' && verify(null, bytes, known, signature);
    return alg === 'ES256' && verify('sha256', bytes, { key: known, dsaEncoding: 'ieee-p1363' }, signature);
  }

  #isInTime({ nbf, exp }: Part): boolean {
    if (typeof nbf !== 'number' || typeof exp !== 'number') return false;
    const nowS = this.#clock.nowUs() / US_PER_SECOND;
    return nbf <= nowS && nowS < exp && exp - nbf <= MAX_LIFE_S;
  }

  #remember(nonce: string, endS: number): void {
    const nowS = this.#clock.nowUs() / US_PER_SECOND;
    // They are kept in the order in which they came: the first that still counts ends the look.
    for (const [seen, untilS] of this.#nonces) {
      if (untilS > nowS) break;
      this.#nonces.delete(seen);
    }
    this.#nonces.set(nonce, endS);
  }
}

/** A client names one call, or a list of one; some leave the scheme in front of the host, where it is not https. */
function isOfCall({ uri, uris }: Part, call: NamedCall | undefined): boolean {
  const named: unknown = Array.isArray(uris) && uris.length === 1 ? (uris as unknown[])[0] : uri;
  if (call === undefined) return named === undefined;
  const [, method, host, path] = /^([A-Z]+) (?:https?:\/\/)?([^/ ]+)(\/.*)$/.exec(String(named)) ?? [];
  return method === call.method && path === call.path && (call.host === undefined || host === call.host);
}

function part(text: string): Part | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof json === 'object' && json !== null ? (json as Part) : undefined;
  } catch {
    return undefined;
  }
}

/** Behind a secret as the venue hands it out: a P-256 key in PEM, or an Ed25519 key in base64, whose second half it is. */
function publicKeyOf(secret: string): KeyObject {
  if (secret.startsWith('-----')) {
    const [, label = '', body = ''] = /^-----BEGIN ([A-Z ]+)-----([\s\S]+)-----END/.exec(secret) ?? [];
    const lines = body.replace(/\s/g, '').replace(/.{1,64}/g, '$&\n');
    return createPublicKey(createPrivateKey(`-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`));
  }
  const x = Buffer.from(secret, 'base64').subarray(-PUBLIC_BYTES).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
