import { describe, expect, it } from 'vitest';
import { MAX_VENUES, venueList } from './registry.ts';

describe('venueList', () => {
  const list = (text: string) =>
    venueList(text === '' ? [] : text.split(','), '--venues').map(({ id }) => id);

  it('keeps the order of the list', () => {
    expect(list('binance,kraken')).toEqual(['binance', 'kraken']);
    expect(list('binance-us')).toEqual(['binance-us']);
  });

  it.each([
    ['', /names no venue/],
    ['kraken,kraken', /"kraken,kraken" names kraken twice/],
    ['kraken,binance,kraken', /names kraken twice/],
    ['binance,,kraken', /has an empty place/],
    ['kraken,', /has an empty place/],
    ['KRAKEN', /"KRAKEN" is not a known venue/],
    [' kraken', /is not a known venue/],
    // The names of local exchanges are not venues of a plan: one of them would be its venue twice.
    ['kraken,simulated', /"simulated" is not a known venue/],
    ['binance,sim-binance', /"sim-binance" is not a known venue/],
    [
      Array(MAX_VENUES + 1)
        .fill('kraken')
        .join(','),
      /names 17 venues/,
    ],
  ])('refuses %j', (text, reason) => {
    expect(() => list(text)).toThrow(reason);
  });
});
