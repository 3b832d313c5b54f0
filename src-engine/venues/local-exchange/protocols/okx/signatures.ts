/** Who signed a call or a login, and when (OKX API v5, "Making Requests" and "Login"). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Account, Accounts } from '../../core/accounts/accounts.ts';
import { OkxProblem } from './okx-problem.ts';

const WINDOW_MS = 30_000;

export type Signed = {
  readonly key: string;
  readonly passphrase: string;
  readonly signature: string;
  /** What was signed. */
  readonly payload: string;
  readonly atMs: number;
};

/** @throws OkxProblem 50111, 50105, 50102 or 50113. */
export function signedAccount(accounts: Accounts, signed: Signed, nowUs: TimeUs): Account {
  const { key, passphrase, signature, payload, atMs } = signed;
  const account = accounts.byKey(key);
  if (account === undefined) throw new OkxProblem('50111', 'Invalid OK-ACCESS-KEY', 401);
  if (passphrase !== account.passphrase) throw new OkxProblem('50105', 'OK-ACCESS-PASSPHRASE incorrect', 401);
  if (!(Math.abs(atMs - nowUs / 1_000) <= WINDOW_MS))
    throw new OkxProblem('50102', 'Timestamp request expired', 401);
  const expected = createHmac('sha256', account.secret).update(payload).digest();
  const given = Buffer.from(signature, 'base64');
  const isGood = given.length === expected.length && timingSafeEqual(given, expected);
  if (!isGood) throw new OkxProblem('50113', 'Invalid Sign', 401);
  return account;
}
