import { describe, expect, it } from 'vitest';
import { Universe } from '../domain/universe.ts';
import { createInstrument } from '../domain/instrument.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import type { MidSamples } from './mid-samples.ts';
import { Related } from './related.ts';

/** USD is home; JPY is quoted upside down, and a second pair of BTC comes later. */
const instruments = ['BTC/USD', 'ETH/USD', 'USD/JPY', 'ETH/BTC', 'BTC/USD', 'USD/JPY'].map((symbol, id) => {
  const [base = '', quote = ''] = symbol.split('/');
  const [like] = TRIANGLE;
  if (like === undefined) throw new Error('the triangle has pairs');
  return createInstrument({ ...like, symbol, base, quote }, id, 'test');
});

/** Related by these correlations of instruments; others are not known. */
function related(known: Readonly<Record<string, number>>): Related {
  const correlation: MidSamples['correlation'] = (a, b) => known[`${a} ${b}`];
  return new Related(instruments, { correlation } as MidSamples, new Universe(instruments, 'USD'));
}

describe('cycles that are one bet', () => {
  it('hold the same asset; home is none of it', () => {
    const one = related({});
    expect(one.count(['USD', 'BTC', 'ETH'], [['USD', 'BTC', 'SOL']], 0.8)).toBe(1);
    expect(one.count(['USD', 'BTC', 'ETH'], [['USD', 'SOL', 'ADA']], 0.8)).toBe(0);
    expect(
      one.count(
        ['USD', 'BTC'],
        [
          ['USD', 'BTC'],
          ['ETH', 'USD'],
          ['BTC', 'USD'],
        ],
        0.8,
      ),
    ).toBe(2);
    expect(one.count(['USD', 'BTC'], [], 0.8)).toBe(0);
  });

  it('hold assets whose first pairs with home move together, from the limit on', () => {
    expect(related({ '0 1': 0.8 }).count(['USD', 'BTC'], [['USD', 'ETH']], 0.8)).toBe(1);
    expect(related({ '0 1': 0.79 }).count(['USD', 'BTC'], [['USD', 'ETH']], 0.8)).toBe(0);
    expect(related({ '0 1': -0.9 }).count(['USD', 'BTC'], [['USD', 'ETH']], 0.8)).toBe(0);
    expect(related({}).count(['USD', 'BTC'], [['USD', 'ETH']], 0.8)).toBe(0);
    expect(related({ '4 1': 0.9 }).count(['USD', 'BTC'], [['USD', 'ETH']], 0.8)).toBe(0);
  });

  it('count a pair that is quoted upside down by the opposite of its price', () => {
    expect(related({ '0 2': -0.9 }).count(['USD', 'BTC'], [['USD', 'JPY']], 0.8)).toBe(1);
    expect(related({ '0 2': 0.9 }).count(['USD', 'BTC'], [['USD', 'JPY']], 0.8)).toBe(0);
    expect(related({ '2 1': -0.9 }).count(['USD', 'JPY'], [['USD', 'ETH']], 0.8)).toBe(1);
    expect(related({ '0 2': -0.5 }).count(['USD', 'BTC'], [['USD', 'JPY']], 0.8)).toBe(0);
    expect(related({ '0 5': -0.9 }).count(['USD', 'BTC'], [['USD', 'JPY']], 0.8)).toBe(0);
  });

  it('are unknown for what has no pair with home', () => {
    expect(related({ '0 1': 0.9 }).count(['USD', 'SOL'], [['USD', 'ETH']], 0.8)).toBe(0);
    expect(related({ '0 1': 0.9 }).count(['USD', 'BTC'], [['USD', 'SOL']], 0.8)).toBe(0);
  });
});
