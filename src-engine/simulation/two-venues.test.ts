/** Worlds of two exchanges: what befalls one never touches the other, and bugs are planted to show that this is seen. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { FACES } from '../venues/local-exchange/face-names.ts';
import { Apartness } from './apartness.ts';
import { faultsOf } from './fault-plan.ts';
import { simulate, type Tampering } from './simulate.ts';
import { caught, inEngines } from './testing/planted-bugs.ts';
import { World } from './world.ts';

/** Two that are unlike: what is counted below is theirs. Others have seeds of their own, at the end. */
const TWO = FACES.slice(0, 2);

/** In these every kind of disaster comes up, and every figure below. Many more are run by `npm run simulate`. */
const SEEDS = [3, 4, 6, 20, 22, 23, 236, 238];
/** In the last two quotes rest at the first venue besides, and are hedged at the second. */
const QUOTES = 'BTC/USDT@simulated>sim-binance,ETH/USDT@simulated>sim-binance';
const isQuoted = (seed: number): boolean => seed > 200;

const FURTHER = FACES.slice(TWO.length);

it.each(FURTHER)('what must hold holds beside %s too, whose orders fill there', async (face) => {
  const venues = [...TWO.slice(0, 1), face];
  const { violations, orders, fills } = await simulate(1, { venues });
  expect(violations, `npm run simulate -- --venues ${venues.join()} --seed 1`).toEqual([]);
  expect(Math.min(orders, fills)).toBeGreaterThan(10);
});

it('orders of another program that a countdown ends late are shown as they are, once the accounts were compared again', async () => {
  const { violations } = await simulate(147, { venues: TWO });
  expect(violations).toEqual([]);
});

describe('simulation of two venues', () => {
  it('what must hold holds for every seed, and a venue trades on while another is struck', async () => {
    const seen = new Set<string>();
    const sums: Record<string, number> = {};
    for (const seed of SEEDS) {
      const quotes = isQuoted(seed) ? QUOTES : '';
      const { violations, faults, guarded, orders, fills, crashes, tradedOn, rested } = await simulate(seed, {
        venues: TWO,
        quotes,
      });
      const again = `npm run simulate -- --venues ${TWO.join()} --quotes '${quotes}' --seed ${seed}`;
      expect(violations, `seed ${seed}: ${again}`).toEqual([]);
      for (const { fault } of faults) seen.add(fault);
      for (const [name, value] of Object.entries({ ...guarded, orders, fills, crashes, tradedOn, rested }))
        sums[name] = (sums[name] ?? 0) + value;
    }
    expect([...seen].toSorted()).toEqual(faultsOf(TWO.length, true).toSorted());
    // Armed at both, in full at some; watched, also after a death; fees read again.
    expect(sums['canaries']).toBeGreaterThan(SEEDS.length * 2);
    for (const name of ['armedInFull', 'begun', 'reached', 'verified', 'lost', 'feesRead'])
      expect(sums[name], name).toBeGreaterThan(0);
    expect(sums['orders']).toBeGreaterThan(SEEDS.length * 10);
    expect(sums['fills']).toBeGreaterThan(SEEDS.length * 10);
    expect(sums['tradedOn']).toBeGreaterThan(SEEDS.length * 2);
    expect(sums['rested']).toBeGreaterThan(2);
    expect(sums['crashes']).toBeGreaterThan(SEEDS.length / 4);
  });

  it('the same seed is the same run, and one venue alone is another world', async () => {
    const digests = await Promise.all(
      [TWO, TWO, TWO.slice(0, 1)].map(async (venues) => (await simulate(5, { venues })).digest),
    );
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });
});

it('a market without a taker may halt its own venue; every other halt beyond the venue that was struck is a breach', async () => {
  const world = await World.make(1, TWO);
  const breaches: string[] = [];
  const apart = new Apartness(world, (what) => breaches.push(what));
  apart.onFault({ atUs: 0, fault: 'cut', lastsUs: 1, exchange: 0 });
  const halted = (detail: string, venue?: string) =>
    apart.onEvent({
      type: 'tradingHalted',
      atUs: 0,
      code: 'stranded',
      reason: `0.1 BTC could not be unwound (${detail})`,
      ...(venue !== undefined && { venue }),
    });
  halted('no unwind order was filled', 'sim-binance');
  halted('refused', 'simulated');
  expect(breaches).toEqual([]);
  halted('refused', 'sim-binance');
  expect(breaches).toMatchObject([
    expect.stringMatching(/^sim-binance was halted .* what befell simulated$/),
  ]);
  halted('no unwind order was filled');
  expect(breaches[1]).toMatch(/^all trading was halted/);
  apart.end();
  await world.close();
});

const TRIED = { venues: TWO, from: 1, seeds: 12 } as const;

describe('a planted bug is caught', () => {
  it('an order that was decided for another venue', async () => {
    const plant: Tampering = (world) => {
      const { onKept, exchanges } = world;
      const other = exchanges[1]?.venue ?? '';
      world.onKept = (intents) =>
        onKept(
          intents.map((event) =>
            event.type === 'orderCreated' ? { ...event, order: { ...event.order, venue: other } } : event,
          ),
        );
    };
    expect(await caught(plant, TRIED)).toMatch(/order \w+ of sim-binance left for simulated/);
  });

  it('a coin of one venue that is booked at another', async () => {
    const plant = inEngines(({ kernel }) => {
      const move = (asset: string, change: string): void => {
        const { portfolio } = kernel;
        portfolio.adopt(asset, portfolio.balances.total(asset).plus(decimal(change)));
      };
      move('BTC@simulated', '-0.0001');
      move('BTC@sim-binance', '0.0001');
    });
    expect(await caught(plant, TRIED)).toMatch(/BTC@simulated: the venue has/);
  });

  it('a fault of one venue that halts them all', async () => {
    const plant = inEngines(({ kernel: { halts } }) => {
      const halt = halts.halt.bind(halts);
      halts.halt = (code, reason, atUs) => halt(code, reason, atUs, undefined);
    });
    expect(await caught(plant, { ...TRIED, from: 4 })).toMatch(/all trading was halted .* by what befell/);
  });

  it('a kill that takes the answer of one venue for that of all', async () => {
    const plant = inEngines(({ kernel: { killSwitch } }, { exchanges }) => {
      const verify = killSwitch.verify.bind(killSwitch);
      killSwitch.verify = (_venue, openOrders) => {
        for (const { venue } of exchanges) verify(venue, openOrders);
      };
    });
    expect(await caught(plant, { ...TRIED, from: 20, seeds: 40 })).toMatch(
      /a kill was reported as verified without an answer of/,
    );
  });

  it('an order of another program that is not shown', async () => {
    const plant = inEngines(({ kernel }) => {
      for (const { strangers } of kernel.orderEvents.reconciler.standings())
        Object.assign(strangers, { onOrders: () => undefined });
    });
    expect(await caught(plant, { ...TRIED, from: 5, seeds: 2 })).toMatch(
      /other programs have \[\d+\] open at sim-binance, and \[\] is shown/,
    );
  });
});
