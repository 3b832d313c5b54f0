/** What is asked of an account before it may trade: rights of the key, fees in force, the venue's clock. */
import { type Decimal, decimal, isDecimalText, ZERO } from '../../../domain/decimal.ts';
import { UserError } from '../../../domain/errors.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { AccountCheck } from '../../venue-account.ts';
import type { PrivateRest } from './private-rest.ts';

const CONFIG = '/api/v5/account/config';
const FEES = '/api/v5/account/trade-fee';
const INSTRUMENTS = '/api/v5/public/instruments';
const TRADE = 'trade';
const WITHDRAW = /withdraw/i;

/** @throws UserError when the key may withdraw, or may not do what is needed; else as PrivateRest.get. */
export async function checkAccount(rest: PrivateRest, symbols: readonly string[]): Promise<AccountCheck> {
  const skewUs = await rest.measureSkew();
  const [config] = await rest.get(CONFIG);
  if (config === undefined) throw new VenueUnreachable(CONFIG, 'the answer has no row');
  const permissions = rightsOf(config);
  requireRights(permissions);
  const takerFees = await readTakerFees(rest, symbols);
  return { permissions, takerFees, skewUs, notes: notesOf(config) };
}

/** In the venue's own words: `read_only`, `trade`, `withdraw`. */
function rightsOf({ perm }: Json): string[] {
  if (typeof perm !== 'string') throw new VenueUnreachable(CONFIG, 'the answer has no permissions');
  return perm.split(',').map((name) => name.trim());
}

/** @throws UserError naming what is too much or missing. */
function requireRights(rights: readonly string[]): void {
  const forbidden = rights.filter((name) => WITHDRAW.test(name));
  if (forbidden.length > 0) {
    throw new UserError({
      code: 'key-can-withdraw',
      field: 'API key',
      value: forbidden.join(', '),
      message: 'may move money out of the account',
      remedy: 'Make a key without “Withdraw”: a stolen trading key must not be able to empty the account.',
    });
  }
  if (rights.includes(TRADE)) return;
  throw new UserError({
    code: 'key-lacks-permission',
    field: 'API key',
    value: TRADE,
    message: 'lacks a permission that trading needs',
    remedy: 'Allow “Trade” in OKX’s settings of this key.',
  });
}

function notesOf({ ip }: Json): string[] {
  const isBound = typeof ip === 'string' && ip !== '';
  return [
    isBound
      ? 'The key works only from the IP addresses that are set at OKX.'
      : 'The key works from any IP address: restrict it to yours in OKX’s settings of this key. OKX ends such a key after 14 days without use.',
  ];
}

/**
 * Taker fees in force, as fractions. OKX writes what it charges with a minus, and what it pays with none: a rebate for takers counts as
 * no fee. A symbol whose fee the account does not say is absent: it is then not traded. @throws as PrivateRest.get.
 */
export async function readTakerFees(
  rest: PrivateRest,
  symbols: readonly string[],
): Promise<Map<string, Decimal>> {
  const fees = new Map<string, Decimal>();
  if (symbols.length === 0) return fees;
  const wanted = new Set(symbols);
  const [level] = await rest.get(FEES, { instType: 'SPOT' });
  if (level === undefined) throw new VenueUnreachable(FEES, 'the answer has no row');
  for (const instrument of await rest.get(INSTRUMENTS, { instType: 'SPOT' })) {
    const { instId } = instrument;
    if (typeof instId !== 'string' || !wanted.has(instId)) continue;
    const rate = rateOf(level, instrument);
    const fee = typeof rate === 'string' && isDecimalText(rate) ? decimal(rate).negated() : undefined;
    if (fee?.lt(1) === true) fees.set(instId, fee.isNegative() ? ZERO : fee);
  }
  return fees;
}

/** The rate of the group that an instrument is in; where the account has no groups, that of its quote. */
function rateOf(level: Json, { groupId, quoteCcy }: Json): unknown {
  const { feeGroup, taker, takerUSDC } = level;
  const groups = Array.isArray(feeGroup) ? (feeGroup as unknown[]).filter(isObject) : [];
  if (groups.length > 0) return groups.find((group) => group['groupId'] === groupId)?.['taker'];
  return quoteCcy === 'USDC' && typeof takerUSDC === 'string' && takerUSDC !== '' ? takerUSDC : taker;
}
