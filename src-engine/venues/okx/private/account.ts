/** What is asked of an account before it may trade: rights of the key, fees in force, the venue's clock. */
import { type Decimal, decimal, isDecimalText, ZERO } from '../../../domain/decimal.ts';
import { noFees, takeFees } from '../../toolkit/account-fees.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { refuseMissing, refuseWithdrawal } from '../../toolkit/key-rights.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { AccountCheck, AccountFees } from '../../venue-account.ts';
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
  const fees = await readFees(rest, symbols);
  return { permissions, fees, skewUs, notes: notesOf(config) };
}

/** In the venue's own words: `read_only`, `trade`, `withdraw`. */
function rightsOf({ perm }: Json): string[] {
  if (typeof perm !== 'string') throw new VenueUnreachable(CONFIG, 'the answer has no permissions');
  return perm.split(',').map((name) => name.trim());
}

/** @throws UserError naming what is too much or missing. */
function requireRights(rights: readonly string[]): void {
  refuseWithdrawal(
    rights.filter((name) => WITHDRAW.test(name)),
    '“Withdraw”',
  );
  refuseMissing(rights.includes(TRADE) ? [] : [TRADE], 'Allow “Trade” in OKX’s settings of this key.');
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
 * Fees in force, as fractions. OKX writes what it charges with a minus, and what it pays with none: a rebate counts as
 * no fee. A symbol whose taker fee the account does not say is absent: it is then not traded. @throws as PrivateRest.get.
 */
export async function readFees(rest: PrivateRest, symbols: readonly string[]): Promise<AccountFees> {
  const fees = noFees();
  if (symbols.length === 0) return fees;
  const wanted = new Set(symbols);
  const [level] = await rest.get(FEES, { instType: 'SPOT' });
  if (level === undefined) throw new VenueUnreachable(FEES, 'the answer has no row');
  for (const instrument of await rest.get(INSTRUMENTS, { instType: 'SPOT' })) {
    const { instId } = instrument;
    if (typeof instId !== 'string' || !wanted.has(instId)) continue;
    const [taker, maker] = [
      chargedAt(rateOf(level, instrument, 'taker')),
      chargedAt(rateOf(level, instrument, 'maker')),
    ];
    takeFees(fees, instId, taker, maker);
  }
  return fees;
}

/** A rate below zero is charged; one that is paid counts as no fee. */
function chargedAt(rate: unknown): Decimal | undefined {
  if (typeof rate !== 'string' || !isDecimalText(rate)) return undefined;
  const fee = decimal(rate).negated();
  if (fee.gte(1)) return undefined;
  return fee.isNegative() ? ZERO : fee;
}

/** The rate of the group that an instrument is in; where the account has no groups, that of its quote. */
function rateOf(level: Json, { groupId, quoteCcy }: Json, who: 'taker' | 'maker'): unknown {
  const { feeGroup } = level;
  const groups = Array.isArray(feeGroup) ? (feeGroup as unknown[]).filter(isObject) : [];
  if (groups.length > 0) return groups.find((group) => group['groupId'] === groupId)?.[who];
  const ofUsdc = level[`${who}USDC`];
  return quoteCcy === 'USDC' && typeof ofUsdc === 'string' && ofUsdc !== '' ? ofUsdc : level[who];
}
