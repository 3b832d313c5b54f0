/** What is asked of an account before it may trade: rights of the key, fees in force, the venue's clock. */
import { fractionOf, makerFeeOf, noFees, takeFees } from '../../toolkit/account-fees.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { refuseMissing, refuseWithdrawal } from '../../toolkit/key-rights.ts';
import { VenueRefused, VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { AccountCheck, AccountFees } from '../../venue-account.ts';
import type { PrivateRest } from './private-rest.ts';
import { stopNote } from './stop-orders.ts';

const KEY_INFO = '/api/v1/user/api-key';
const FEES = '/api/v1/trade-fees';
/** Symbols of one question. */
const FEE_BATCH = 10;
const SYMBOL = /^[^-/]+-[^-/]+$/;
const NEEDED = ['General', 'Spot'];
/** Takes money out. The right to move it between accounts of the same owner is `InnerTransfer`. */
const WITHDRAWS = /^(transfer|withdraw\w*)$/i;

/** @throws UserError when the key may withdraw, or may not do what is needed; else as PrivateRest.get. */
export async function checkAccount(rest: PrivateRest, symbols: readonly string[]): Promise<AccountCheck> {
  const skewUs = await rest.measureSkew();
  const key = await rest.get(KEY_INFO);
  const permissions = rightsOf(key);
  requireRights(permissions);
  const fees = await readFees(rest, symbols);
  const stops = await stopNote(rest);
  const notes = [...notesOf(isObject(key) ? key : {}, permissions), ...(stops === undefined ? [] : [stops])];
  return { permissions, fees, skewUs, notes };
}

/** In the venue's own words. */
export function rightsOf(key: unknown): string[] {
  const list: unknown = isObject(key) ? key['permission'] : undefined;
  if (typeof list !== 'string')
    throw new VenueUnreachable(KEY_INFO, 'the answer does not say what the key may do');
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** @throws UserError naming what is too much or missing. */
export function requireRights(rights: readonly string[]): void {
  refuseWithdrawal(
    rights.filter((name) => WITHDRAWS.test(name)),
    '“Withdrawal”',
  );
  refuseMissing(
    NEEDED.filter((name) => !rights.includes(name)),
    'Allow “General” and “Spot Trading” in KuCoin’s settings of this key.',
  );
}

function notesOf({ ipWhitelist }: Json, rights: readonly string[]): string[] {
  const isOpen = typeof ipWhitelist !== 'string' || ipWhitelist === '';
  return [
    isOpen
      ? 'The key works from any IP address: restrict it to yours in KuCoin’s settings of this key.'
      : 'The key works only from the IP addresses that are set at KuCoin.',
    ...(rights.includes('InnerTransfer')
      ? ['The key may move money between your own accounts (InnerTransfer), which trading does not need.']
      : []),
  ];
}

/** Fees in force, as fractions. A symbol whose taker fee the account does not say is absent: it is then not traded. @throws as PrivateRest.get. */
export async function readFees(
  rest: Pick<PrivateRest, 'get'>,
  symbols: readonly string[],
): Promise<AccountFees> {
  const fees = noFees();
  const known = symbols.filter((symbol) => SYMBOL.test(symbol));
  for (let at = 0; at < known.length; at += FEE_BATCH) {
    const batch = known.slice(at, at + FEE_BATCH);
    for (const row of await feeRows(rest, batch)) {
      const { symbol, takerFeeRate, makerFeeRate } = isObject(row) ? row : {};
      if (typeof symbol !== 'string' || !batch.includes(symbol)) continue;
      takeFees(fees, symbol, fractionOf(takerFeeRate), makerFeeOf(makerFeeRate));
    }
  }
  return fees;
}

/** One symbol that the venue does not list refuses a question for ten: they are asked one by one then. */
async function feeRows(rest: Pick<PrivateRest, 'get'>, symbols: readonly string[]): Promise<unknown[]> {
  try {
    const rows = await rest.get(FEES, { symbols: symbols.join(',') });
    if (!Array.isArray(rows)) throw new VenueUnreachable(FEES, 'the answer is not a list');
    return rows as unknown[];
  } catch (error) {
    if (!(error instanceof VenueRefused)) throw error;
    if (symbols.length === 1) return [];
    const rows: unknown[] = [];
    for (const symbol of symbols) rows.push(...(await feeRows(rest, [symbol])));
    return rows;
  }
}
