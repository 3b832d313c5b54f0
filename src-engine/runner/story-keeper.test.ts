import { expect, test } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { sampleExecution, sampleFill, sampleOpportunity, sampleOrder } from '../testing/sample-events.ts';
import { type FinishedStory, StoryKeeper } from './story-keeper.ts';

const T = 1_700_000_000_000_000;
const PRICES = [640_001, 640_002, 640_003];

/** One book of BTC/USD at a venue, whose prices a test may move. */
function rig(venue = 'simulated') {
  const book = {
    bidCount: 2,
    askCount: 3,
    bidPrices: Float64Array.from([640_000, 639_990]),
    bidQtys: Float64Array.from([100, 200]),
    askPrices: Float64Array.from(PRICES),
    askQtys: Float64Array.from([5, 6, 7]),
  };
  const instrument = { id: 0, venue, symbol: 'BTC/USD', priceDecimals: 1, qtyDecimals: 4 };
  const books = { instruments: [instrument], sync: () => ({ book, lastUpdateUs: T - 1_500 }) };
  const stories: FinishedStory[] = [];
  const keeper = new StoryKeeper(books as never, (story) => stories.push(story));
  return { keeper, stories, book };
}

const started = (change = {}): EngineEvent => ({
  type: 'executionStarted',
  atUs: T,
  executionId: 'execution-1',
  opportunity: sampleOpportunity(change),
});
const finished: EngineEvent = {
  type: 'executionFinished',
  atUs: T + 90,
  execution: sampleExecution({ executionId: 'execution-1' }),
};

test('times are those at which the engine came to know, and books are those of that moment', () => {
  const { keeper, stories, book } = rig();
  // An order whose intent is kept at once leaves before its step is handed over.
  keeper.onSent('order-1', T + 20, T + 25);
  keeper.onStep([started(), { type: 'orderCreated', atUs: T, order: sampleOrder() }], T + 10, T - 50);
  book.askPrices[0] = 650_000;
  keeper.onStep(
    [{ type: 'orderAccepted', atUs: T, order: sampleOrder({ state: 'accepted' }) }],
    T + 40,
    undefined,
  );
  const filled = sampleOrder({ state: 'filled', filledQty: '0.01' });
  keeper.onStep(
    [{ type: 'orderFilled', atUs: T, order: filled, fill: sampleFill() }, finished],
    T + 80,
    undefined,
  );
  expect(stories).toHaveLength(1);
  const [story] = stories;
  expect(story?.times).toEqual([
    {
      orderId: 'order-1',
      decidedUs: T + 10,
      journaledUs: T + 20,
      sentUs: T + 25,
      acknowledgedUs: T + 40,
      firstFillUs: T + 80,
      lastFillUs: T + 80,
      endedUs: T + 80,
    },
  ]);
  expect(story?.receivedUs).toBe(T - 50);
  expect(story?.books).toEqual([
    {
      symbol: 'BTC/USD',
      ageUs: 1_510,
      bids: [
        ['64000.0', '0.01'],
        ['63999.0', '0.02'],
      ],
      asks: [
        ['64000.1', '0.0005'],
        ['64000.2', '0.0006'],
        ['64000.3', '0.0007'],
      ],
    },
  ]);
  expect(story?.fillBooks[0]?.asks[0]?.[0]).toBe('65000.0');
  expect(story?.orders.map(({ state }) => state)).toEqual(['filled']);
});

test('a step that is not known is null, and books of a route name their venues', () => {
  const { keeper, stories } = rig('kraken');
  const legs = [{ symbol: 'BTC/USD', side: 'buy', limitPrice: '1', qty: '1', venue: 'kraken' }] as const;
  const denied = sampleOrder({ state: 'denied', venue: 'kraken' });
  keeper.onStep([started({ venue: 'binance+kraken', legs })], T, undefined);
  keeper.onStep(
    [{ type: 'orderDenied', atUs: T, order: denied, code: 'x', detail: '' }, finished],
    T + 5,
    undefined,
  );
  expect(stories[0]?.books.map(({ venue }) => venue)).toEqual(['kraken']);
  expect(stories[0]?.times[0]).toMatchObject({
    journaledUs: null,
    sentUs: null,
    acknowledgedUs: null,
    endedUs: T + 5,
  });
  expect(stories[0]?.receivedUs).toBeNull();
});

test('an end that nothing had begun has its record alone, and what never ends is bounded', () => {
  const { keeper, stories } = rig();
  keeper.onStep([finished], T, undefined);
  expect(stories[0]).toMatchObject({ opportunity: null, books: [], times: [] });
  for (let n = 0; n < 1_500; n++) {
    keeper.onStep([{ ...started(), executionId: `never-${n}` } as EngineEvent], T, undefined);
  }
  keeper.onStep([{ ...finished, execution: sampleExecution({ executionId: 'never-0' }) }], T, undefined);
  keeper.onStep([{ ...finished, execution: sampleExecution({ executionId: 'never-1499' }) }], T, undefined);
  expect(stories.slice(1).map(({ books }) => books.length)).toEqual([0, 1]);
});
