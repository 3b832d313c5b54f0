import { expect, test } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { Side } from '../../domain/order.ts';
import { SeededRandom } from '../../lib/random.ts';
import { DEFAULT_MAKER_TAKER, type MakerTakerSettings } from '../../strategies/maker-taker/maker-taker.ts';
import type { MarketSink } from '../../venues/market-feed.ts';
import type { QueueModel } from '../../venues/simulated/resting-orders.ts';
import type { ReplaySource } from '../replay-source.ts';
import { rehearseMakerTaker } from './rehearsal.ts';

const MS = 1_000;
const START_US = 1_700_000_000_000_000;
const SPEC = {
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minNotional: '1',
} as const;
const EAST = createInstrument({ ...SPEC, takerFee: '0.0002', minQty: '0.001' }, 0, 'east');
const WEST = createInstrument({ ...SPEC, takerFee: '0.0004', minQty: '0.05' }, 1, 'west');
/** Of a price of about 1,000, in ticks. */
const MID = 10_000;

type Script = (at: {
  readonly step: number;
  readonly show: (instrument: Instrument, bid: number, ask: number, size: number) => void;
  readonly trade: (price: number, size: number, side: Side) => void;
  readonly sink: MarketSink;
  readonly atUs: number;
}) => void;

/** A market that is made step by step, a tenth of a second apart. Prices in ticks, sizes in lots. */
function made(steps: number, script: Script): ReplaySource {
  const update = new BookUpdate();
  return {
    instruments: [EAST, WEST],
    bookDepth: 10,
    firstUs: START_US,
    close: () => Promise.resolve(),
    async play(sink, advanceTo) {
      for (let step = 0; step < steps; step++) {
        const atUs = START_US + step * 100 * MS;
        advanceTo(atUs);
        const show = ({ id }: Instrument, bid: number, ask: number, size: number): void => {
          update.reset(id, true, atUs);
          for (let level = 0; level < 4; level++) {
            update.pushBid(bid - level, size);
            update.pushAsk(ask + level, size);
          }
          sink.onBook(update);
        };
        const trade = (price: number, qty: number, side: Side): void =>
          sink.onTrade({
            kind: 'trade',
            instrumentId: EAST.id,
            price,
            qty,
            side,
            venueUs: 0,
            receivedUs: atUs,
          });
        script({ step, show, trade, sink, atUs });
      }
      return { events: steps, unreadableFrames: 0, firstFault: '', unfinishedLogs: [] };
    },
  };
}

const rehearsed = (
  source: ReplaySource,
  settings: Partial<MakerTakerSettings> = {},
  queue: QueueModel = 'behind',
  seed = 1,
) =>
  rehearseMakerTaker(source, {
    symbol: 'BTC/USDT',
    makerVenue: 'east',
    hedgeVenue: 'west',
    settings: {
      ...DEFAULT_MAKER_TAKER,
      messagesPerMinute: 600,
      maxQty: decimal('0.5'),
      maxNaked: decimal('0.5'),
      ...settings,
    },
    base: decimal('20'),
    quote: decimal('20000'),
    latency: { minUs: 10 * MS, tailUs: 0 },
    fills: { queue },
    seed,
    maxBookAgeMs: 5_000,
  });

/** The hedge's market stands at 1,000.0 and 1,000.1; takers in the east sell down to 993 and buy up to 1,007. */
const STILL: Script = ({ step, show, trade }) => {
  show(WEST, MID, MID + 1, 2_000);
  show(EAST, MID - 60, MID + 60, 300);
  if (step % 10 === 5) trade(step % 20 === 5 ? MID - 70 : MID + 70, 200, step % 20 === 5 ? 'sell' : 'buy');
};

test('when the hedge’s price stands still every fill earns its edge after all fees, and nothing is left open', async () => {
  const found = await rehearsed(made(400, STILL), { edgeBps: 10 });
  expect(found.quoteFills).toBeGreaterThan(20);
  expect(found.hedges).toBe(found.quoteFills);
  expect(found.hedgeMisses).toBe(0);
  expect(found.openBase.toString()).toBe('0');
  // Quotes rest a tick before 994 and 1,006, beyond what 10 bps ask: each coin earns 5 and more after its fees of 0.6.
  expect(found.profit.gte(found.quotedBase.times(5))).toBe(true);
  expect(found.longestNakedUs).toBeLessThanOrEqual(200 * MS);
});

test('a quote waits in its queue: behind all that its level shows, pro rata sooner than behind', async () => {
  // The quote joins a level of 300, 700 join behind it, and every four seconds 30 cancel: it is not known who. Trades of 10 meet the front.
  const script: Script = ({ step, show, trade }) => {
    show(WEST, MID, MID + 1, 2_000);
    show(EAST, MID - 60, MID + 60, step < 20 ? 300 : 1_000 - 60 * Math.floor(step / 40));
    if (step % 10 === 5 && step % 40 > 10) trade(MID - 60, 10, 'sell');
  };
  // So much edge is asked that the bid, with its margin, lies at that very level: 999.8 × 0.9996 / (1.0002 × 1.00518) = 994.05.
  const [edgeBps, requoteBps] = [46.8, 5];
  const [behind, even] = await Promise.all(
    (['behind', 'pro-rata'] as const).map((queue) =>
      rehearsed(made(600, script), { edgeBps, requoteBps }, queue),
    ),
  );
  expect(behind?.quotedBase.gt(0)).toBe(true);
  expect(even?.quotedBase.gt(behind?.quotedBase ?? 0)).toBe(true);
});

test('both quotes go when the hedge’s book is lost, and come back with it', async () => {
  const source = made(100, ({ step, show, sink, atUs }) => {
    if (step < 30 || step >= 60) show(WEST, MID, MID + 1, 2_000);
    show(EAST, MID - 60, MID + 60, 300);
    if (step === 30) sink.onBookLost(WEST.id, 'a gap', atUs);
  });
  const found = await rehearsed(source);
  // And once more when the recording has ended and its books grow old.
  expect([found.quotes, found.cancels, found.quoteFills]).toEqual([4, 4, 0]);
});

test('over 25 seeded markets nothing is open beyond the bound, and what can be hedged is hedged by the deadline', async () => {
  let fills = 0;
  for (let seed = 1; seed <= 25; seed++) {
    const random = new SeededRandom(seed);
    let mid = MID;
    const past: number[] = [];
    const source = made(200, ({ step, show, trade }) => {
      mid += random.integer(-3, 3);
      past.push(mid);
      const lagged = past[Math.max(0, past.length - 3)] as number;
      show(WEST, mid, mid + 1 + random.integer(0, 2), 400 + random.integer(0, 600));
      show(EAST, lagged - random.integer(5, 60), lagged + random.integer(5, 60), 50 + random.integer(0, 600));
      // The last seconds bring no fill: after a recording its books stand still, and what was taken of them stays taken.
      for (let k = 0; k < (step < 150 ? 2 : 0); k++) {
        const side = random.next() < 0.5 ? 'buy' : 'sell';
        trade(lagged + (side === 'buy' ? 1 : -1) * random.integer(5, 80), 1 + random.integer(0, 700), side);
      }
    });
    const settings: Partial<MakerTakerSettings> = {
      edgeBps: 1,
      maxLossBps: random.integer(0, 20),
      hedgeAfter: random.next() < 0.3 ? 'order-end' : 'fill',
      pingPong: random.next() < 0.3,
      skewBps: random.integer(0, 5),
    };
    const found = await rehearsed(source, settings, random.next() < 0.5 ? 'behind' : 'pro-rata', seed);
    fills += found.quoteFills;
    expect(found.mostNaked.lte('0.5'), `seed ${seed}`).toBe(true);
    // The deadline, a tick until it is seen, and a round trip of the hedge and of one that was under way.
    expect(found.longestNakedUs, `seed ${seed}`).toBeLessThanOrEqual((3_000 + 100 + 40) * MS);
    expect(found.openBase.abs().lt('0.05'), `seed ${seed}`).toBe(true);
  }
  expect(fills).toBeGreaterThan(100);
});
