/** Who signed a call, and when (Bybit v5, "Integration Guidance" and "Connect"). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Account, Accounts } from '../../core/accounts/accounts.ts';
import { BybitProblem } from './bybit-problem.ts';

const DEFAULT_WINDOW_MS = 5_000;
/** How far a time may lie ahead. */
const AHEAD_MS = 1_000;

/** What every signed REST call carries in its headers. */
export type SignedHeaders = {
  readonly key: string;
  readonly timestamp: string;
  readonly window: string;
  readonly signature: string;
};

/** @param text the query or the body, exactly as it came. @throws BybitProblem 10003, 10002 or 10004. */
export function signedAccount(
  accounts: Accounts,
  { key, timestamp, window, signature }: SignedHeaders,
  text: string,
  nowUs: TimeUs,
): Account {
  const account = accounts.byKey(key);
  if (account === undefined) throw new BybitProblem(10_003, 'API key is invalid.');
  checkTime(timestamp, window, nowUs);
  if (!isSigned(account, `${timestamp}${key}${window}${text}`, signature)) throw badSignature();
  return account;
}

/** @throws BybitProblem 10002 for a time that lies outside of its window. */
export function checkTime(timestamp: string, window: string, nowUs: TimeUs): void {
  const windowMs = window === '' ? DEFAULT_WINDOW_MS : Number(window);
  const atMs = /^\d{1,15}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  const nowMs = Math.floor(nowUs / 1_000);
  if (windowMs > 0 && nowMs - windowMs <= atMs && atMs < nowMs + AHEAD_MS) return;
  throw new BybitProblem(
    10_002,
    `invalid request, please check your server timestamp or recv_window param. req_timestamp[${timestamp}],server_timestamp[${nowMs}],recv_window[${window}]`,
  );
}

/** The account that an `auth` request shows. @throws BybitProblem 10003, 10002 or 10004. */
export function sessionAccount(accounts: Accounts, args: readonly unknown[], nowUs: TimeUs): Account {
  const [key, expires, signature] = args.map((value) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '',
  );
  const account = accounts.byKey(key ?? '');
  if (account === undefined) throw new BybitProblem(10_003, 'API key is invalid.');
  if (!(Number(expires) > nowUs / 1_000)) throw new BybitProblem(10_002, 'Request expired.');
  if (!isSigned(account, `GET/realtime${expires}`, signature ?? '')) throw badSignature();
  return account;
}

function badSignature(): BybitProblem {
  return new BybitProblem(10_004, 'error sign! please check your signature generation algorithm.');
}

function isSigned(account: Account, payload: string, signature: string): boolean {
  const expected = createHmac('sha256', account.secret).update(payload).digest();
  const given = /^[0-9a-f]{64}$/i.test(signature) ? Buffer.from(signature, 'hex') : Buffer.alloc(0);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
