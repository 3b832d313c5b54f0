/** What is asked of an account before it may trade: rights of the key, fees in force, the venue's clock. */
import { fractionOf, makerFeeOf, noFees, takeFees } from '../../toolkit/account-fees.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { refuseMissing, refuseWithdrawal } from '../../toolkit/key-rights.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { AccountCheck, AccountFees } from '../../venue-account.ts';
import type { PrivateRest } from './private-rest.ts';

const READ_WRITE = 'read-write';
const TRADE = 'SpotTrade';
const WITHDRAW = /withdraw/i;
/** Rights that move money between accounts of the same owner. */
const MOVES = /transfer/i;

/** @throws UserError when the key may withdraw, may not do what is needed, or is of no unified account; else as PrivateRest.get. */
export async function checkAccount(rest: PrivateRest, symbols: readonly string[]): Promise<AccountCheck> {
  const skewUs = await rest.measureSkew();
  const key = await rest.get('/v5/user/query-api');
  const permissions = rightsOf(key);
  requireRights(permissions);
  return {
    permissions,
    fees: await readFees(rest, symbols),
    skewUs,
    notes: notesOf(key, permissions),
  };
}

/** In the venue's own words; `read-write` for a key that may do more than read. */
export function rightsOf(key: Json): string[] {
  const { readOnly, permissions } = key;
  if (!isObject(permissions))
    throw new VenueUnreachable('/v5/user/query-api', 'the answer has no permissions');
  const named = Object.values(permissions).flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]).filter((name): name is string => typeof name === 'string') : [],
  );
  return [readOnly === 0 ? READ_WRITE : 'read-only', ...named];
}

/** @throws UserError naming what is too much or missing. */
export function requireRights(rights: readonly string[]): void {
  refuseWithdrawal(
    rights.filter((name) => WITHDRAW.test(name)),
    '“Withdrawal”',
  );
  refuseMissing(
    [READ_WRITE, TRADE].filter((name) => !rights.includes(name)),
    'Allow “Read-Write” and “SPOT: Trade” in Bybit’s settings of this key.',
  );
}

function notesOf({ ips, expiredAt }: Json, rights: readonly string[]): string[] {
  const addresses = Array.isArray(ips) ? (ips as unknown[]) : [];
  const isOpen = addresses.length === 0 || addresses.includes('*');
  const moves = rights.filter((name) => MOVES.test(name));
  return [
    isOpen
      ? 'The key works from any IP address: restrict it to yours in Bybit’s settings of this key. Bybit ends such a key after a time.'
      : 'The key works only from the IP addresses that are set at Bybit.',
    ...(typeof expiredAt === 'string' && isOpen && !expiredAt.startsWith('1970')
      ? [`The key ends at ${expiredAt}.`]
      : []),
    ...(moves.length === 0
      ? []
      : [
          `The key may move money between your own accounts (${moves.join(', ')}), which trading does not need.`,
        ]),
  ];
}

/** Fees in force, as fractions. A symbol whose taker fee the account does not say is absent: it is then not traded. @throws as PrivateRest.get. */
export async function readFees(rest: PrivateRest, symbols: readonly string[]): Promise<AccountFees> {
  const fees = noFees();
  if (symbols.length === 0) return fees;
  const wanted = new Set(symbols);
  const { list } = await rest.get('/v5/account/fee-rate', { category: 'spot' });
  if (!Array.isArray(list)) throw new VenueUnreachable('/v5/account/fee-rate', 'the answer is not a list');
  for (const row of list as readonly unknown[]) {
    const { symbol, takerFeeRate, makerFeeRate } = isObject(row) ? row : {};
    if (typeof symbol !== 'string' || !wanted.has(symbol)) continue;
    takeFees(fees, symbol, fractionOf(takerFeeRate), makerFeeOf(makerFeeRate));
  }
  return fees;
}
