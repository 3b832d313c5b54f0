/** Who signed a call, and when (KuCoin, "Authentication"). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Account, Accounts } from '../../core/accounts/accounts.ts';
import type { ExchangeRequest } from '../../hosting/http-host.ts';
import { KucoinProblem } from './kucoin-problem.ts';

const WINDOW_MS = 5_000;
/** Of keys whose passphrase is sent signed. */
const VERSIONS: ReadonlySet<string> = new Set(['2', '3']);

/** @throws KucoinProblem 400001 to 400005. */
export function signedAccount(accounts: Accounts, request: ExchangeRequest, nowUs: TimeUs): Account {
  const { method, url, body, headers } = request;
  const header = (name: string): string => {
    const value = headers[`kc-api-${name}`];
    return typeof value === 'string' ? value : '';
  };
  const [key, timestamp] = [header('key'), header('timestamp')];
  if (key === '' || timestamp === '' || header('sign') === '' || header('passphrase') === '')
    throw new KucoinProblem('400001', 'Please check the header of your request for KC-API-KEY', 401);
  const account = accounts.byKey(key);
  if (account === undefined) throw new KucoinProblem('400003', 'KC-API-KEY not exists', 401);
  if (!(Math.abs(Number(timestamp) - nowUs / 1_000) <= WINDOW_MS))
    throw new KucoinProblem('400002', 'Invalid KC-API-TIMESTAMP', 401);
  const isSigned = VERSIONS.has(header('key-version'));
  const passphrase = account.passphrase ?? '';
  if (!isSigned || !isSignature(account.secret, passphrase, header('passphrase')))
    throw new KucoinProblem('400004', 'Invalid KC-API-PASSPHRASE', 401);
  if (!isSignature(account.secret, timestamp + method + url + body, header('sign')))
    throw new KucoinProblem('400005', 'Invalid KC-API-SIGN', 401);
  return account;
}

function isSignature(secret: string, payload: string, given: string): boolean {
  const expected = createHmac('sha256', secret).update(payload).digest();
  const bytes = Buffer.from(given, 'base64');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
