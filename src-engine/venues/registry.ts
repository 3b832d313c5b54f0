/** Every venue that is known: a folder and a line. */
import { type BookVerifier, LinkedNumbers } from '../books/book-verifier.ts';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import { binanceAdapter } from './binance/adapter.ts';
import { BINANCE, BINANCE_US } from './binance/dialect.ts';
import { CAPTURES_ONLY } from './capture-registry.ts';
import { bitfinexAdapter } from './bitfinex/adapter.ts';
import { bitgetAdapter } from './bitget/adapter.ts';
import { bitstampAdapter } from './bitstamp/adapter.ts';
import { bybitAdapter } from './bybit/adapter.ts';
import { ccxtVenue, isCcxtName } from './ccxt/adapter.ts';
import { CCXT_PREFIX } from './ccxt/ids.ts';
import { TRADED_IDS } from './ccxt/process/traded-ids.ts';
import { coinbaseAdapter } from './coinbase/adapter.ts';
import { cryptocomAdapter } from './cryptocom/adapter.ts';
import { gateAdapter } from './gate/adapter.ts';
import { geminiAdapter } from './gemini/adapter.ts';
import { htxAdapter } from './htx/adapter.ts';
import { krakenAdapter } from './kraken/adapter.ts';
import { FACES, type FaceName } from './local-exchange/face-names.ts';
import { mexcAdapter } from './mexc/adapter.ts';
import { okxAdapter } from './okx/adapter.ts';
import { kucoinAdapter } from './kucoin/adapter.ts';
import { uniswapV2Adapter, uniswapV3Adapter } from './uniswap/adapter.ts';
import type { CaptureVenue, VenueAdapter } from './venue-adapter.ts';

export const ADAPTERS: readonly VenueAdapter[] = [
  krakenAdapter,
  binanceAdapter(BINANCE),
  binanceAdapter(BINANCE_US),
  okxAdapter,
  bybitAdapter,
  kucoinAdapter,
  coinbaseAdapter,
  bitgetAdapter,
  gateAdapter,
  bitstampAdapter,
  cryptocomAdapter,
  geminiAdapter,
  htxAdapter,
  bitfinexAdapter,
  mexcAdapter,
  uniswapV2Adapter,
  uniswapV3Adapter,
];

export const VENUES: readonly VenueName[] = ADAPTERS.map(({ id }) => id);

/** Most venues of one session. */
export const MAX_VENUES = 16;

/** What a command takes where no venue is named, and what paper and live trade. */
export const DEFAULT_VENUE = krakenAdapter;

/** The name under which a local exchange that speaks a venue's protocols appears. */
export function localName(adapter: VenueAdapter): VenueName {
  return adapter === DEFAULT_VENUE ? 'simulated' : `sim-${adapter.id}`;
}

/** The face of the local exchange that stands for a venue; undefined: none does. */
export function faceOf({ id, face = id }: Pick<VenueAdapter, 'id' | 'face'>): FaceName | undefined {
  return FACES.find((name) => name === face);
}

/** Names of local exchanges, and whose protocols they speak. */
const LOCAL: ReadonlyMap<VenueName, VenueAdapter> = new Map(
  ADAPTERS.map((adapter) => [localName(adapter), adapter]),
);

/** @param field what named it, for the error. @throws UserError that lists the venues. */
export function venueAdapter(name: string, field: string): VenueAdapter {
  const adapter = ADAPTERS.find(({ id }) => id === name);
  if (adapter !== undefined) return adapter;
  if (isCcxtName(name)) return ccxtVenue(name, field);
  const isRecordingsOnly = CAPTURES_ONLY.some(({ id }) => id === name);
  throw new UserError({
    code: 'unknown-venue',
    field,
    value: name,
    message: isRecordingsOnly
      ? 'is a venue whose recordings can be checked, and that cannot be connected yet'
      : 'is not a known venue',
    remedy: `${isRecordingsOnly ? `Check a recording of it with check-book, watch it as ccxt:${name}, or use` : 'Use'} one of ${VENUES.join(', ')}, or ccxt: and an id of ccxt.`,
  });
}

/** Names of the venues whose recordings can be checked. */
export const CHECKED_VENUES: readonly VenueName[] = [...ADAPTERS, ...CAPTURES_ONLY].map(({ id }) => id);

/** @param field what named it, for the error. @throws UserError that lists the venues whose recordings can be checked. */
export function checkedVenue(name: string, field: string): CaptureVenue {
  const venue = [...ADAPTERS, ...CAPTURES_ONLY].find(({ id }) => id === name);
  if (venue !== undefined) return venue;
  throw new UserError({
    code: 'unknown-venue',
    field,
    value: name,
    message: 'is not a venue whose recordings can be checked',
    remedy: `Use one of ${CHECKED_VENUES.join(', ')}.`,
  });
}

/**
 * The venues of a list, in its order.
 * @param field what named them, for the error.
 * @throws UserError for an empty list or item, a venue that is not known, one that stands twice, and more than MAX_VENUES.
 */
export function venueList(names: readonly string[], field: string): VenueAdapter[] {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-venues', field, value: names.join(','), message, remedy });
  if (names.length === 0 || names.includes('')) {
    throw refuse(
      names.length === 0 ? 'names no venue' : 'has an empty place',
      `Write names of venues with a comma between two: ${VENUES.join(',')}.`,
    );
  }
  if (names.length > MAX_VENUES) throw refuse(`names ${names.length} venues`, `Name at most ${MAX_VENUES}.`);
  const adapters = names.map((name) => venueAdapter(name, field));
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw refuse(`names ${twice} twice`, 'Name each venue once.');
  return adapters;
}

/** Whose protocols are spoken under this name of a market log or a session; undefined: of no venue that is known. */
export function protocolOf(venue: VenueName): VenueAdapter | undefined {
  return LOCAL.get(venue) ?? ADAPTERS.find(({ id }) => id === venue) ?? ccxtOf(venue.replace(/^sim-/, ''));
}

/** A market log may name a venue that this version of ccxt does not have. */
function ccxtOf(venue: VenueName): VenueAdapter | undefined {
  if (!isCcxtName(venue)) return undefined;
  try {
    return ccxtVenue(venue, 'venue');
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The rule by which a new book of this venue is trusted; that of linked numbers where no venue of the name is known. */
export function verifierOf(venue: VenueName): BookVerifier {
  return protocolOf(venue)?.bookVerifier() ?? new LinkedNumbers();
}

/** Names under which frames can be read again. */
export const RECORDED_VENUES: readonly VenueName[] = [...VENUES, ...LOCAL.keys()];

/** A venue for people: its names, and what its interfaces allow. */
export function knownVenueOf(adapter: VenueAdapter) {
  const { id, title, capabilities, account, weaker, localChain } = adapter;
  const face = faceOf(adapter);
  return {
    id,
    title,
    tradesAccounts: account !== undefined && account.rehearsedOnly === undefined,
    bookIntegrity: capabilities.bookIntegrity,
    hasDeadManSwitch: capabilities.deadMan !== undefined,
    hasLocalExchange: face !== undefined,
    hasLocalChain: localChain !== undefined,
    cancelAll: capabilities.cancelAll,
    weaker: weaker ?? '',
  };
}

/** Those of this list, and venues of ccxt that orders go through or that are part of a plan: ccxt has too many to show them all. */
export function knownVenues(planned: readonly VenueName[] = []) {
  const traded = TRADED_IDS.map((id) => CCXT_PREFIX + id);
  const others = [...new Set([...traded, ...planned.filter((name) => isCcxtName(name))])];
  return [...ADAPTERS, ...others.flatMap((name) => ccxtOf(name) ?? [])].map(knownVenueOf);
}
