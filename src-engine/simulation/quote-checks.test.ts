/** The check of quotes that stand too long, against a world of two markets that the test makes. */
import { expect, it } from 'vitest';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { QuoteChecks } from './quote-checks.ts';
import type { World } from './world.ts';

const S = 1_000_000;
type Listener = {
  onExecution(report: {
    readonly kind: 'new';
    readonly order: {
      readonly orderId: string;
      readonly terms: {
        readonly timeInForce: 'gtc';
        readonly market: { readonly pair: { readonly symbol: string } };
      };
    };
  }): void;
};

function coinsOf(symbol: string, venue: string): { readonly base: string; readonly quote: string } {
  const [base = '', quote = ''] = symbol.split('/').map((code) => `${code}@${venue}`);
  return { base, quote };
}

/** A quote of each market stands. @param obstacle in the way of the first. @param isLive whether the hedge's book of the second is there. */
function breaches(obstacle: string, isLive: boolean): string[] {
  const clock = new SimulatedClock(0);
  const listeners: Listener[] = [];
  const symbols = ['BTC/USD', 'ETH/USD'];
  const instruments = symbols.flatMap((symbol, at) => [
    { id: 2 * at, symbol, ...coinsOf(symbol, 'west'), venue: 'west' },
    // Written as its venue does.
    { id: 2 * at + 1, symbol: symbol.replace('/', '-'), ...coinsOf(symbol, 'east'), venue: 'east' },
  ]);
  const lines = symbols.map((symbol, at) => ({
    symbol,
    quotedAt: 'west',
    hedgedAt: 'east',
    obstacle: at === 0 ? obstacle : '',
  }));
  const store = { instruments, sync: (id: number) => ({ state: id === 3 && !isLive ? 'syncing' : 'live' }) };
  const world = {
    clock,
    quotes: '',
    exchanges: [
      {
        venue: 'west',
        core: { listen: (one: Listener) => void listeners.push(one) },
        otherProgram: { has: () => false },
      },
    ],
    engine: { kernel: { store, desk: { maker: { standings: () => lines } } } },
  };
  const found: string[] = [];
  const checks = new QuoteChecks(world as unknown as World, (what) => void found.push(what));
  expect(checks.longestMs.any).toBe(0);
  for (const symbol of symbols)
    listeners[0]?.onExecution({
      kind: 'new',
      order: { orderId: symbol, terms: { timeInForce: 'gtc', market: { pair: { symbol } } } },
    });
  clock.advanceTo(6 * S);
  return found;
}

it('a quote is wanted by its own market alone, and only while the book is there that it is hedged in', () => {
  expect(breaches('', true)).toEqual([]);
  expect(breaches('paused', true)).toEqual([expect.stringContaining('order west BTC/USD stands for')]);
  expect(breaches('', false)).toEqual([expect.stringContaining('order west ETH/USD stands for')]);
});
