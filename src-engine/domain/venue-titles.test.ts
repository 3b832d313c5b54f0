import { expect, test } from 'vitest';
import { ADAPTERS, localName } from '../venues/registry.ts';
import { CAPTURES_ONLY } from '../venues/capture-registry.ts';
import { shortVenueTitle, venueTitle, withVenueTitles } from './venue-titles.ts';

test('every venue that is known has the title of its adapter, and its local exchange has it too', () => {
  for (const { id, title } of [...ADAPTERS, ...CAPTURES_ONLY]) expect(venueTitle(id)).toBe(title);
  for (const adapter of ADAPTERS) {
    expect(venueTitle(localName(adapter))).toBe(`Simulated ${adapter.title}`);
    expect(shortVenueTitle(localName(adapter))).toBe(`Sim. ${adapter.title}`);
  }
});

test.each([
  ['simulated+sim-bybit', 'Simulated Kraken + Simulated Bybit'],
  ['sim-bybit-perp', 'Simulated Bybit perpetuals'],
  ['ccxt:bitso', 'bitso (ccxt)'],
  ['sim-ccxt:bitso', 'Simulated bitso (ccxt)'],
  ['in-transit', 'in transit'],
  ['tomorrow', 'tomorrow'],
  ['', ''],
])('%s is %s', (venue, title) => {
  expect(venueTitle(venue)).toBe(title);
});

test.each([
  [
    '2000 USD at simulated, 2400 USD at sim-binance',
    '2000 USD at Simulated Kraken, 2400 USD at Simulated Binance',
  ],
  ['a fill leaves 0.1 BTC at kraken', 'a fill leaves 0.1 BTC at Kraken'],
  ['EUR@simulated is dry', 'EUR at Simulated Kraken is dry'],
  ['sim-bybit was halted', 'Simulated Bybit was halted'],
  ['of simulated+sim-bybit:', 'of Simulated Kraken + Simulated Bybit:'],
  ['orders of simulated venues, fees of simulated', 'orders of simulated venues, fees of Simulated Kraken'],
  [
    'sim-bybit-20261130T205227-0001.market-log.jsonl.gz',
    'sim-bybit-20261130T205227-0001.market-log.jsonl.gz',
  ],
  ['at simulated-20261130T205227.jsonl', 'at simulated-20261130T205227.jsonl'],
  ['the gate of 80 %, opens on okxyz', 'the gate of 80 %, opens on okxyz'],
])('%s is read as %s', (text, read) => {
  expect(withVenueTitles(text)).toBe(read);
});
