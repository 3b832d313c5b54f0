import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { venueName } from '../../contract/records.ts';
import { parseHeader } from '../../storage/market-log-parse.ts';
import { venueAdapter, venueList } from '../registry.ts';
import { CCXT_IDS, CCXT_VERSION, nearestIds } from './ids.ts';
import { ccxtRoot } from './launch.ts';

it('knows the ids of the version that is pinned', () => {
  const root = ccxtRoot();
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject({
    version: CCXT_VERSION,
  });
  const [, list = ''] =
    /const exchanges = \{([\s\S]*?)\n\};/.exec(readFileSync(join(root, 'js/ccxt.js'), 'utf8')) ?? [];
  expect(CCXT_IDS).toEqual([...list.matchAll(/^ {4}'([a-z0-9]+)':/gm)].map(([, id]) => id));
});

it('names the ids that a wrong one may have meant', () => {
  expect(nearestIds('polonix')[0]).toBe('poloniex');
  expect(nearestIds('UPBIT')).toContain('upbit');
  expect(nearestIds('something else altogether')).toEqual([]);
  expect(() => venueAdapter('ccxt:polonix', '--venue')).toThrow(
    /--venue: "ccxt:polonix" names no exchange of ccxt.*Did you mean ccxt:poloniex/,
  );
  expect(() => venueAdapter('ccxt:', '--venue')).toThrow(/ccxt:poloniex; 104 are known/);
});

it('is a venue of a plan beside others, the same one for the same name', () => {
  const [, polo] = venueList(['kraken', 'ccxt:poloniex'], '--venues');
  expect(polo).toBe(venueAdapter('ccxt:poloniex', '--venue'));
  expect(polo).toMatchObject({ id: 'ccxt:poloniex', capabilities: { bookIntegrity: 'none' } });
  expect(polo?.account).toBeUndefined();
  expect(() => venueList(['ccxt:poloniex', 'ccxt:poloniex'], '--venues')).toThrow(
    /names ccxt:poloniex twice/,
  );
});

it('has names that operations, recordings and assets of a venue take', () => {
  const instrument = {
    symbol: 'A/B',
    base: 'A',
    quote: 'B',
    tickSize: '0.01',
    lotSize: '1',
    minQty: '1',
    minNotional: '0',
  };
  for (const venue of CCXT_IDS.map((id) => `ccxt:${id}`)) {
    expect(venueName.parse(venue)).toBe(venue);
    const header = { format: 'parallax-market-log', version: 1, venue, instruments: [instrument] };
    expect(parseHeader('log', JSON.stringify(header), false).venue).toBe(venue);
  }
});
