/** What a trader should know of a venue before choosing it: one text wherever venues are chosen. */
import type { KnownVenue } from '../../../src-engine/contract/venue-records.ts';

/** Begins the name of a venue that is reached through ccxt. */
export const CCXT = 'ccxt:';
export const SHORT_CCXT = 'no real orders · through ccxt';
export const ABOUT_CCXT =
  'Through ccxt: slower, at most 20 levels of 40 pairs, and without a check of missed messages. No real orders: paper, and for okx, bybit and kraken a local exchange.';

const INTEGRITY: Readonly<Record<KnownVenue['bookIntegrity'], string>> = {
  checksum: 'books checked by checksum',
  sequence: 'books checked by sequence number',
  'connection-sequence': 'messages checked by sequence number',
  none: 'books without a check',
};

/** A market that is made on this machine can have it. @param ofAccounts its orders go to accounts: a rehearsal. */
export function isInLocalMarket(
  { hasLocalExchange, hasLocalChain }: Pick<KnownVenue, 'hasLocalExchange' | 'hasLocalChain'>,
  ofAccounts: boolean,
): boolean {
  return hasLocalExchange || (ofAccounts && hasLocalChain);
}

/** Of one line: what its orders are, and how its books are checked. @param isLocal of a simulated market. */
export function shortAbout(venue: KnownVenue, isLocal: boolean): string {
  const { tradesAccounts, bookIntegrity, hasLocalExchange, weaker } = venue;
  const [way = ''] = weaker.split(/[:;,]/);
  if (weaker !== '') return `${tradesAccounts ? 'paper and live' : 'no real orders'} · ${way}`;
  if (isLocal && !hasLocalExchange) return 'not in a simulated market';
  return `${tradesAccounts ? 'paper and live' : 'paper only'} · ${INTEGRITY[bookIntegrity]}`;
}

/** All of it. @param isLocal of a simulated market. */
export function aboutVenue(
  { tradesAccounts, bookIntegrity, hasDeadManSwitch, hasLocalExchange, weaker }: KnownVenue,
  isLocal: boolean,
): string {
  if (weaker !== '') return `${tradesAccounts ? 'paper and live' : 'no real orders'} · ${weaker}`;
  if (isLocal && !hasLocalExchange) return 'not in a simulated market: no local exchange speaks its protocol';
  const orders = tradesAccounts ? 'paper and live' : 'paper only';
  const guard = hasDeadManSwitch ? 'has a dead-man switch' : 'no dead-man switch: only the watchdog cancels';
  return `${orders} · ${INTEGRITY[bookIntegrity]} · ${guard}`;
}

/** The name of a venue of ccxt as it was typed, with or without its beginning; empty: none was. */
export function ccxtName(typed: string): string {
  const name = typed.trim();
  return name === '' || name.startsWith(CCXT) ? name : CCXT + name;
}
