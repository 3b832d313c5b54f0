import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Account, Accounts } from '../../../core/accounts/accounts.ts';
import { VenueError } from '../venue-error.ts';

export type SignedCall = {
  /** Path with its leading slash, without a query: `/0/private/AddOrder`. */
  readonly path: string;
  /** The body, byte for byte. */
  readonly body: string;
  /** The value of `nonce` in the body. */
  readonly nonce: string;
  readonly apiKey: string | undefined;
  readonly signature: string | undefined;
};

/**
 * Kraken's `API-Sign`: HMAC-SHA512 of path + SHA256(nonce + body), keyed with the decoded secret, in base64.
 * Source: docs.kraken.com, "Spot REST Authentication".
 */
export function signature(path: string, nonce: string, body: string, secret: Buffer): string {
  const digest = createHash('sha256')
    .update(nonce + body)
    .digest();
  return createHmac('sha512', secret).update(path).update(digest).digest('base64');
}

/**
 * The account that signed a call. Its nonce must be above every nonce before it.
 * @throws VenueError `EAPI:Invalid key`, `EAPI:Invalid signature` or `EAPI:Invalid nonce`.
 */
export function authenticate(accounts: Accounts, call: SignedCall): Account {
  const account = call.apiKey === undefined ? undefined : accounts.byKey(call.apiKey);
  if (account === undefined) throw new VenueError('EAPI:Invalid key');
  if (!/^\d{1,20}$/.test(call.nonce)) throw new VenueError('EAPI:Invalid nonce');
  const expected = Buffer.from(
    signature(call.path, call.nonce, call.body, Buffer.from(account.secret, 'base64')),
  );
  const given = Buffer.from(call.signature ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new VenueError('EAPI:Invalid signature');
  }
  const nonce = BigInt(call.nonce);
  if (nonce <= account.lastNonce) throw new VenueError('EAPI:Invalid nonce');
  account.lastNonce = nonce;
  return account;
}
