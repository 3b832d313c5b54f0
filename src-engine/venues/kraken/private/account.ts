/** What is asked of an account before it may trade: permissions of the key, fees in force, the venue's clock. */
import { UserError } from '../../../domain/errors.ts';
import type { DurationUs } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import { noFees } from '../../toolkit/account-fees.ts';
import { refuseMissing, refuseWithdrawal } from '../../toolkit/key-rights.ts';
import type { AccountCheck, AccountFees } from '../../venue-account.ts';
import type { KrakenRest } from '../rest.ts';
import { VenueRefused } from '../rest-errors.ts';
import type { KeyInfo, PrivateRest } from './private-rest.ts';

/** What trading needs, by Kraken's names (docs.kraken.com, "Get API Key Info") and by those of its settings page. */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ['query-funds', 'Query funds'],
  ['query-open-trades', 'Query open orders & trades'],
  ['query-closed-trades', 'Query closed orders & trades'],
  ['modify-trades', 'Create & modify orders'],
  ['close-trades', 'Cancel & close orders'],
  ['create-ws-token', 'WebSocket interface'],
]);

/** What lets money leave, or prepares it. */
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['withdraw-funds', 'Withdraw'],
  ['add-withdraw-address', 'Add withdrawal address'],
  ['update-withdraw-address', 'Update withdrawal address'],
]);

const US_PER_S = 1_000_000;
/** Pairs in one question for fees. */
const FEE_BATCH = 50;

/**
 * @throws UserError when the key may withdraw, may not do what is needed, or expires.
 * @throws VenueRefused, VenueUnreachable.
 */
export async function checkAccount(
  rest: PrivateRest,
  publicRest: KrakenRest,
  clock: Clock,
  symbols: readonly string[],
): Promise<AccountCheck> {
  const key = await rest.keyInfo();
  const skewUs = await measureSkew(publicRest, clock);
  requirePermissions(key, clock.nowUs() + skewUs);
  const fees = await readFees(rest, symbols);
  return { permissions: key.permissions, fees, skewUs, notes: [] };
}

/** The fees in force for these symbols; a pair that the venue does not know, or says no fee of, is absent. @throws as above. */
export async function readFees(
  rest: Pick<PrivateRest, 'fees'>,
  symbols: readonly string[],
): Promise<AccountFees> {
  const found = noFees();
  for (let at = 0; at < symbols.length; at += FEE_BATCH) {
    await readBatch(rest, symbols.slice(at, at + FEE_BATCH), found);
  }
  return found;
}

/** One pair that the venue refuses would take the fees of its whole batch along: the batch is halved until it is alone. */
async function readBatch(
  rest: Pick<PrivateRest, 'fees'>,
  symbols: readonly string[],
  found: ReturnType<typeof noFees>,
): Promise<void> {
  try {
    const { takers, makers } = await rest.fees(symbols);
    for (const [symbol, fee] of takers) found.takers.set(symbol, fee);
    for (const [symbol, fee] of makers) found.makers.set(symbol, fee);
  } catch (error) {
    if (!(error instanceof VenueRefused) || !error.codes.every(isUnknownPair)) throw error;
    if (symbols.length === 1) return;
    const middle = Math.ceil(symbols.length / 2);
    await readBatch(rest, symbols.slice(0, middle), found);
    await readBatch(rest, symbols.slice(middle), found);
  }
}

const isUnknownPair = (code: string): boolean => /^E(Query|General):.*asset pair/i.test(code);

/** @throws UserError naming what is too much or missing. */
export function requirePermissions({ permissions, validUntilS }: KeyInfo, venueUs: number): void {
  // What a later Kraken may add that has to do with withdrawing is refused with the rest.
  const forbidden = permissions.filter((name) => FORBIDDEN.has(name) || name.includes('withdraw'));
  refuseWithdrawal(forbidden, titles(forbidden, FORBIDDEN));
  const missing = [...NEEDED.keys()].filter((name) => !permissions.includes(name));
  refuseMissing(missing, `Allow ${titles(missing, NEEDED)} in Kraken’s settings of this key.`);
  if (validUntilS > 0 && validUntilS * US_PER_S <= venueUs) {
    throw new UserError({
      code: 'key-expired',
      field: 'API key',
      message: 'has expired',
      remedy: 'Make a new one in Kraken’s settings.',
    });
  }
}

function titles(names: readonly string[], known: ReadonlyMap<string, string>): string {
  return names.map((name) => `“${known.get(name) ?? name}”`).join(', ');
}

/** The venue answers in whole seconds: half a second is added, so that the error is at most that and half the way. */
async function measureSkew(publicRest: KrakenRest, clock: Clock): Promise<DurationUs> {
  const sentUs = clock.nowUs();
  const venueUs = (await publicRest.time()) * US_PER_S + US_PER_S / 2;
  return Math.round(venueUs - (sentUs + clock.nowUs()) / 2);
}
