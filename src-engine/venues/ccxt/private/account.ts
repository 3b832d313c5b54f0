/** What is asked of an account before it may trade: rights of the key where the class can read them, fees in force, the venue's clock. */
import { type DurationUs, US_PER_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import { fractionOf, makerFeeOf, noFees, takeFees } from '../../toolkit/account-fees.ts';
import type { ClockSkew } from '../../toolkit/clock-skew.ts';
import { isObject } from '../../toolkit/json.ts';
import { refuseMissing, refuseWithdrawal } from '../../toolkit/key-rights.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { AccountCheck, AccountFees } from '../../venue-account.ts';
import type { AccountLink } from './account-link.ts';
import type { SteppedClock } from './stepped-clock.ts';

type Link = Pick<AccountLink, 'ask'>;

const WITHDRAWS = /withdraw/i;
/** What trading needs, in the venue’s words, by the class of ccxt. */
const NEEDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['okx', ['trade']],
  ['bybit', ['read-write', 'SpotTrade']],
]);
/** Some classes ask for one group of pairs after the other. */
const FEES_MS = 60_000;
const NO_RIGHTS =
  'What the key may do cannot be read through ccxt: see at the venue that it cannot withdraw, and that it works from your IP address alone.';
const BY_CCXT =
  'Orders and fills are asked for, not reported: a fill is known some tenths of a second after it, and some seconds where ccxt allows few calls.';

/** What is known of the venue’s clock. */
export type VenueClock = { readonly clock: Clock; readonly skew: ClockSkew; readonly stepped: SteppedClock };

/** @throws UserError when the key may withdraw, or may not do what is needed; else as AccountLink.ask. */
export async function checkAccount(
  link: Link,
  id: string,
  time: VenueClock,
  symbols: readonly string[],
): Promise<AccountCheck> {
  const skewUs = await measureSkew(link, time);
  const permissions = rightsOf(await link.ask({ what: 'rights' }));
  if (permissions !== undefined) {
    refuseWithdrawal(
      permissions.filter((name) => WITHDRAWS.test(name)),
      'the right to withdraw',
    );
    refuseMissing(
      (NEEDED.get(id) ?? []).filter((name) => !permissions.includes(name)),
      'Allow spot trading in the venue’s settings of this key.',
    );
  }
  const fees = await readFees(link, symbols);
  const notes = permissions === undefined ? [NO_RIGHTS, BY_CCXT] : [BY_CCXT];
  return { permissions: permissions ?? [], fees, skewUs, notes };
}

/** Undefined: the class has no call for them. */
function rightsOf(rights: unknown): readonly string[] | undefined {
  if (rights === null) return undefined;
  const names = Array.isArray(rights) ? (rights as unknown[]) : [];
  if (names.length > 0 && names.every((name) => typeof name === 'string')) return names;
  throw new VenueUnreachable('rights', 'the answer does not say what the key may do');
}

/** @returns venue’s clock minus ours. @throws as AccountLink.ask. */
export async function measureSkew(link: Link, { clock, skew, stepped }: VenueClock): Promise<DurationUs> {
  const sentUs = clock.nowUs();
  const answer = await link.ask({ what: 'time' });
  const receivedUs = clock.nowUs();
  const { ms, stepMs } = isObject(answer) ? answer : {};
  if (typeof ms !== 'number' || typeof stepMs !== 'number' || ms <= 0)
    throw new VenueUnreachable('time', 'the answer is no time');
  const { skewUs, errorUs } = stepped.take(sentUs, ms * US_PER_MS, stepMs * US_PER_MS, receivedUs);
  const venueUs = receivedUs + skewUs;
  skew.measure(receivedUs - errorUs, venueUs, venueUs, receivedUs + errorUs);
  return skewUs;
}

/** Fees in force, as fractions. A symbol whose taker fee is not said is absent: it is then not traded. @throws as AccountLink.ask. */
export async function readFees(link: Link, symbols: readonly string[]): Promise<AccountFees> {
  const fees = noFees();
  if (symbols.length === 0) return fees;
  const rows = await link.ask({ what: 'fees', symbols }, FEES_MS);
  for (const row of Array.isArray(rows) ? (rows as unknown[]) : []) {
    const { symbol, taker, maker } = isObject(row) ? row : {};
    if (typeof symbol !== 'string' || !symbols.includes(symbol)) continue;
    takeFees(fees, symbol, fractionOf(taker), makerFeeOf(maker));
  }
  return fees;
}
