/** Who signed a call, and when (spot API, "SIGNED endpoint security" and "Timing security"). */
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Account, Accounts } from '../../core/accounts/accounts.ts';
import { BinanceProblem, missing } from './binance-problem.ts';
import { type Params, required } from './params.ts';

const DEFAULT_WINDOW_MS = 5_000;
const MAX_WINDOW_MS = 60_000;
const AHEAD_US = 1_000_000;
/** Times above this are microseconds: milliseconds reach it in the year 5138. */
const MICROSECONDS_FROM = 100_000_000_000_000;

/** The account of a key. @throws BinanceProblem -2014 or -2015. */
export function accountOf(accounts: Accounts, apiKey: string | undefined): Account {
  if (apiKey === undefined || !/^[\w-]{1,128}$/.test(apiKey)) {
    throw new BinanceProblem(-2014, 'API-key format invalid.', 401);
  }
  const account = accounts.byKey(apiKey);
  if (account === undefined) throw badKey();
  return account;
}

export function badKey(): BinanceProblem {
  return new BinanceProblem(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
}

/** @throws BinanceProblem -1021 for a time outside of the window, -1102 for none. */
export function checkTime(params: Params, nowUs: TimeUs): void {
  const timestamp = required(params, 'timestamp');
  if (!/^\d{1,16}$/.test(timestamp)) throw missing('timestamp');
  const window = params.get('recvWindow') ?? String(DEFAULT_WINDOW_MS);
  if (!/^\d{1,8}(\.\d{1,3})?$/.test(window)) throw missing('recvWindow');
  if (Number(window) > MAX_WINDOW_MS) {
    throw new BinanceProblem(
      -1102,
      `'recvWindow' contains unexpected value. Cannot be greater than ${MAX_WINDOW_MS}.`,
    );
  }
  const value = Number(timestamp);
  const atUs = value >= MICROSECONDS_FROM ? value : value * 1_000;
  if (atUs >= nowUs + AHEAD_US) {
    throw new BinanceProblem(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  if (nowUs - atUs > Number(window) * 1_000) {
    throw new BinanceProblem(-1021, 'Timestamp for this request is outside of the recvWindow.');
  }
}

/**
 * Checks a signature over the text as it was sent: Ed25519 in base64 for an account with a public key, else HMAC-SHA256 in
 * hexadecimal digits of either case. @throws BinanceProblem -1022.
 */
export function checkSignature(account: Account, payload: string, signature: string): void {
  const good =
    account.publicKey === undefined
      ? isHmac(account.secret, payload, signature)
      : isEd25519(account.publicKey, payload, signature);
  if (!good) throw new BinanceProblem(-1022, 'Signature for this request is not valid.');
}

function isHmac(secret: string, payload: string, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(payload).digest();
  const given = /^[0-9a-f]{64}$/i.test(signature) ? Buffer.from(signature, 'hex') : Buffer.alloc(0);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isEd25519(publicKey: string, payload: string, signature: string): boolean {
  const given = Buffer.from(signature, 'base64');
  return given.length === 64 && verify(null, Buffer.from(payload), createPublicKey(publicKey), given);
}

/** What REST signs: the query, directly followed by the body, each without its signature. */
export function restPayload(query: string, body: string): string {
  return withoutSignature(query) + withoutSignature(body);
}

function withoutSignature(text: string): string {
  return text
    .split('&')
    .filter((part) => !part.startsWith('signature='))
    .join('&');
}

/** What the WebSocket API signs: all parameters by name, as they are, not percent-encoded. */
export function socketPayload(params: Params): string {
  return [...params]
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
