/**
 * What people read in place of a venue's name of files and the API. It does not depend on a session: a history, a recording and a
 * layout name venues that the plan of today does not have.
 */
import type { VenueName } from './ids.ts';
import { IN_TRANSIT, venuesNamed } from './venue-asset.ts';

/** By the name in files. A test holds it to the titles of the adapters. */
const TITLES: ReadonlyMap<VenueName, string> = new Map([
  ['kraken', 'Kraken'],
  ['binance', 'Binance'],
  ['binance-us', 'Binance.US'],
  ['okx', 'OKX'],
  ['bybit', 'Bybit'],
  ['kucoin', 'KuCoin'],
  ['coinbase', 'Coinbase'],
  ['bitget', 'Bitget'],
  ['gate', 'Gate'],
  ['bitstamp', 'Bitstamp'],
  ['cryptocom', 'Crypto.com'],
  ['gemini', 'Gemini'],
  ['htx', 'HTX'],
  ['bitfinex', 'Bitfinex'],
  ['mexc', 'MEXC'],
  ['uniswap-v2', 'Uniswap v2'],
  ['uniswap-v3', 'Uniswap v3'],
  ['poloniex', 'Poloniex'],
  ['upbit', 'Upbit'],
]);
/** The local exchange that speaks the protocols of the first venue; the others are `sim-` and the venue's own name. */
const FIRST_LOCAL = 'simulated';
const LOCAL = 'sim-';
const PERPETUALS = '-perp';
const CCXT = 'ccxt:';

/** `Simulated Binance` of `sim-binance`, `Kraken + Binance` of a route; a name that is not known is its own title. */
export function venueTitle(venue: VenueName): string {
  return titleWith(venue, 'Simulated ');
}

/** The same for a column of a dense table: `Sim. Binance`. */
export function shortVenueTitle(venue: VenueName): string {
  return titleWith(venue, 'Sim. ');
}

/** The same without what marks a local exchange: for a column whose head says so of all of its rows. */
export function exchangeTitle(venue: VenueName): string {
  return titleWith(venue, '');
}

/** True where each exchange of it is a local one. */
export function isSimulatedVenue(venue: VenueName): boolean {
  return venuesNamed(venue).every((name) => name === FIRST_LOCAL || name.startsWith(LOCAL));
}

function titleWith(venue: VenueName, local: string): string {
  return venuesNamed(venue)
    .map((name) => oneTitle(name, local))
    .join(' + ');
}

function oneTitle(name: VenueName, local: string): string {
  if (name === FIRST_LOCAL) return `${local}Kraken`;
  if (name === IN_TRANSIT) return 'in transit';
  const own = TITLES.get(name);
  if (own !== undefined) return own;
  if (name.startsWith(LOCAL)) return `${local}${oneTitle(name.slice(LOCAL.length), local)}`;
  if (name.endsWith(PERPETUALS)) return `${oneTitle(name.slice(0, -PERPETUALS.length), local)} perpetuals`;
  if (name.startsWith(CCXT)) return `${name.slice(CCXT.length)} (ccxt)`;
  return name;
}

const BASE = `(?:${[...TITLES.keys()].toSorted((a, b) => b.length - a.length).join('|')}|ccxt:[a-z0-9]+)`;
const ANY = `(?:simulated|sim-${BASE}|${BASE})(?:-perp)?`;
/** Not inside a longer word, or the name of a file. */
const END = String.raw`(?![\w-]|\.\w)`;
/** `simulated` is also a word of English: it is a venue behind a preposition, unless what follows may be what it describes. */
const NAMED = String.raw`(?:simulated(?! (?!(?:to|is|was|asks|lost|has|through|over)\b)[a-z])|sim-${BASE}|${BASE})(?:-perp)?`;
const IN_TEXT = new RegExp(
  [
    String.raw`@(?<at>${ANY})${END}`,
    String.raw`(?<=\b(?:at|of|from|to|on|against|by|what) |^)(?<named>${NAMED}(?:\+${ANY})*)${END}`,
    String.raw`\b(?<local>(?:simulated\+|${BASE}\+)*sim-${BASE}(?:-perp)?(?:\+${ANY})*)${END}`,
  ].join('|'),
  'g',
);

/** A sentence of the engine with the venues in it as people call them: `2000 USD at Simulated Kraken`. Names of files are left alone. */
export function withVenueTitles(text: string): string {
  return text.replace(IN_TEXT, (all) =>
    all.startsWith('@') ? ` at ${venueTitle(all.slice(1))}` : venueTitle(all),
  );
}
