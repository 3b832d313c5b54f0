import { CAPTURES_ONLY } from '../../venues/capture-registry.ts';
import { CCXT_ANY, CCXT_WEAKER } from '../../venues/ccxt/adapter.ts';
import { CCXT_ORDERS } from '../../venues/ccxt/trading.ts';
import { TRADED_IDS } from '../../venues/ccxt/process/traded-ids.ts';
import { BOOK_DEPTH } from '../../venues/ccxt/feed.ts';
import { ADAPTERS, faceOf } from '../../venues/registry.ts';
import type { VenueAdapter } from '../../venues/venue-adapter.ts';
import { type Command, EXIT_DONE } from '../command.ts';

export const venues: Command = {
  name: 'venues',
  options: {},
  details:
    'A venue that is watched is also recorded, replayed, traded on paper and tested by doctor --venue. No venue was connected when this version was tested: the far end of each wire was a script, or the local exchange.',
  examples: ['venues'],
  async run(_args, output) {
    const rows = [
      ...ADAPTERS.map(watched),
      ...CAPTURES_ONLY.map(({ id, title }) => recordingsOnly(id, title)),
      anyOfCcxt(),
    ];
    output.result({ venues: rows }, rows.map(words).join('\n'));
    return EXIT_DONE;
  },
};

/** What one venue can, for people and for programs. */
type Row = {
  readonly id: string;
  readonly title: string;
  /** Books and trades, live. False: its recordings can be checked, and no more. */
  readonly isWatched: boolean;
  /** Levels a side; null where it is not watched. */
  readonly bookDepth: number | null;
  /** What shows that a message of a book was missed; null where it is not watched. */
  readonly integrity: string | null;
  /** Orders can be sent. */
  readonly isTraded: boolean;
  /** Bounds of the venue's own countdown to a cancel of everything, in ms; null: there is none, or it is not used. */
  readonly deadMan: { readonly minMs: number; readonly maxMs: number } | null;
  /** Funding, marks and open interest of its perpetuals are read: public data, never traded. */
  readonly readsFunding: boolean;
  /** The rights of a key are read before it is used. */
  readonly readsPermissions: boolean;
  /** The local exchange speaks its protocols: orders can be rehearsed. */
  readonly isRehearsed: boolean;
  readonly testedAgainst: readonly string[];
  /** What is worse about its books than at other venues; null: nothing. */
  readonly weaker: string | null;
};

function watched(adapter: VenueAdapter): Row {
  const { id, title, bookDepth, capabilities, account, perpetuals, weaker } = adapter;
  const isTraded = account !== undefined;
  const isRehearsed = faceOf(adapter) !== undefined;
  return {
    id,
    title,
    isWatched: true,
    bookDepth,
    integrity: capabilities.bookIntegrity,
    isTraded,
    deadMan: isTraded ? (capabilities.deadMan ?? null) : null,
    readsFunding: perpetuals !== undefined,
    readsPermissions: isTraded,
    isRehearsed,
    testedAgainst: ['scripted peers', 'recorded frames', ...(isRehearsed ? ['the local exchange'] : [])],
    weaker: weaker ?? null,
  };
}

function recordingsOnly(id: string, title: string): Row {
  const nothing = { bookDepth: null, integrity: null, deadMan: null };
  const never = {
    isWatched: false,
    isTraded: false,
    readsFunding: false,
    readsPermissions: false,
    isRehearsed: false,
  };
  return { id, title, ...nothing, ...never, testedAgainst: ['recorded frames'], weaker: null };
}

/** The one row of all that are reached through ccxt. */
function anyOfCcxt(): Row {
  return {
    id: CCXT_ANY,
    title: 'of ccxt',
    isWatched: true,
    bookDepth: BOOK_DEPTH,
    integrity: 'none',
    isTraded: false,
    deadMan: null,
    readsFunding: false,
    readsPermissions: false,
    // Some of them: which, its weaknesses say.
    isRehearsed: true,
    testedAgainst: [
      'ccxt’s classes of Kraken and Binance at the local exchange, for their books',
      `ccxt’s classes of ${TRADED_IDS.join(', ')} at the local exchange, for orders`,
      'answers of Poloniex, Upbit and Hyperliquid',
    ],
    weaker: `${CCXT_WEAKER}; ${CCXT_ORDERS}`,
  };
}

const INTEGRITY: Readonly<Record<string, string>> = {
  checksum: 'checksums',
  sequence: 'numbers of each book',
  'connection-sequence': 'numbers of each connection',
  none: 'nothing shows a missed message',
};

function words({
  id,
  title,
  isWatched,
  bookDepth,
  integrity,
  isTraded,
  deadMan,
  readsFunding,
  isRehearsed,
  weaker,
}: Row): string {
  const name = `${id.padEnd(12)} ${title.padEnd(11)}`;
  if (!isWatched) return `${name} recordings only: check-book`;
  if (weaker !== null) return `${name} books of ${bookDepth} levels, no real orders; ${weaker}`;
  const orders = isTraded ? 'orders' : 'no orders yet';
  const guard = deadMan === null ? [] : [`dead-man switch up to ${deadMan.maxMs / 1_000} s`];
  const rehearsed = isRehearsed ? ['rehearsed on the local exchange'] : [];
  const books = `books of ${bookDepth} levels, ${INTEGRITY[integrity ?? ''] ?? integrity}`;
  const funding = readsFunding ? ['funding of perpetuals'] : [];
  return `${name} ${[books, ...funding, orders, ...guard, ...rehearsed].join('; ')}`;
}
