/** Seeded disasters, and bugs that are planted to show that the invariants catch them. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { FAULTS } from './fault-plan.ts';
import { simulate, type Tampering } from './simulate.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import { caught, inEngines } from './testing/planted-bugs.ts';
import type { World } from './world.ts';

/** In so many seeds from here on every kind of disaster comes up. Many more are run by `npm run simulate`. */
const SEEDS = { from: 149, count: 20 } as const;

describe('simulation', () => {
  it('what must hold holds for every seed, and every kind of disaster comes up', async () => {
    const seen = new Set<string>();
    const sums = { orders: 0, fills: 0, crashes: 0, keptAlive: 0 };
    for (let seed = SEEDS.from; seed < SEEDS.from + SEEDS.count; seed++) {
      const { violations, faults, orders, fills, crashes, keptAlive } = await simulate(seed);
      expect(violations, `seed ${seed}: npm run simulate -- --seed ${seed}`).toEqual([]);
      for (const { fault } of faults) seen.add(fault);
      sums.orders += orders;
      sums.fills += fills;
      sums.crashes += crashes;
      sums.keptAlive += keptAlive;
    }
    expect([...seen].toSorted()).toEqual([...FAULTS].toSorted());
    expect(sums.orders).toBeGreaterThan(SEEDS.count * 5);
    expect(sums.fills).toBeGreaterThan(SEEDS.count * 5);
    expect(sums.keptAlive).toBeGreaterThan(SEEDS.count);
    expect(sums.crashes).toBeGreaterThan(SEEDS.count / 4);
  });

  it.each(['bybit', 'okx', 'kucoin', 'binance-us'] as const)(
    'a world of %s alone is traded in its own cash, and what must hold holds',
    async (face) => {
      const { violations, orders, fills } = await simulate(5, { venues: [face] });
      expect(violations).toEqual([]);
      expect(Math.min(orders, fills)).toBeGreaterThan(2);
    },
  );

  it('a venue that asks for a pause is not asked again by tries to start that follow each other', async () => {
    const { violations, faults } = await simulate(24, { venues: ['binance'] });
    expect(faults.map(({ fault }) => fault)).toContain('lockout');
    expect(violations).toEqual([]);
  });

  it('the same seed is the same run, to the last byte', async () => {
    for (const seed of [3, 12, 47]) {
      expect((await simulate(seed)).digest).toBe((await simulate(seed)).digest);
    }
    expect((await simulate(3)).digest).not.toBe((await simulate(4)).digest);
  });
});

function networkOf([first]: World['exchanges']): SimulatedNetwork {
  if (first === undefined) throw new Error('the world has no exchange');
  return first.network;
}

const TRIED = { from: 1, seeds: 25 } as const;

describe('a planted bug is caught', () => {
  it('a placement that is sent twice', async () => {
    const plant: Tampering = ({ exchanges }) => {
      const network = networkOf(exchanges);
      const connect = network.connect.bind(network);
      network.connect = (...args) => {
        const connection = connect(...args);
        const send = connection.send.bind(connection);
        connection.send = (text) => {
          if (text.includes('"add_order"')) send(text);
          return send(text);
        };
        return connection;
      };
    };
    expect(await caught(plant, TRIED)).toMatch(/left twice/);
  });

  it('an order that is sent before it is durable', async () => {
    const plant: Tampering = (world) => {
      world.onKept = () => undefined;
      world.onDurable = () => undefined;
    };
    expect(await caught(plant, TRIED)).toMatch(/before its intent was durable/);
  });

  it('an order that is sent before its intent is on the disk', async () => {
    const plant = inEngines(({ intents }, { onKept }) => {
      const keep = intents.keep.bind(intents);
      intents.keep = (orders) => {
        void keep(orders);
        onKept(orders);
      };
    });
    expect(await caught(plant, TRIED)).toMatch(/nothing of its intent would be left/);
  });

  it('a ledger that is off by the smallest order', async () => {
    const plant = inEngines(({ kernel }) => {
      kernel.portfolio.adopt('BTC', decimal('0.0001'));
    });
    expect(await caught(plant, TRIED)).toMatch(/BTC: the venue has/);
  });

  it('holdings that are unknown after a restart', async () => {
    const plant = inEngines(({ kernel }, { lives }) => {
      if (lives < 2) return;
      const { residuals } = kernel.desk.sequencer.sweeper;
      for (const asset of residuals.assets()) residuals.add(asset, residuals.of(asset).negated());
    });
    expect(await caught(plant, TRIED)).toMatch(/are held and nothing says why/);
  });

  it('more that is said to be left than is held', async () => {
    const plant = inEngines(({ kernel }) => {
      kernel.desk.sequencer.sweeper.residuals.add('BTC', decimal('0.0000001'));
    });
    expect(await caught(plant, TRIED)).toMatch(/less than what is said to be left, and no fill took it/);
  });

  it('a kill that is ignored', async () => {
    const plant = inEngines((engine) => {
      const command = engine.command.bind(engine);
      engine.command = (given) => (given.type === 'kill' ? undefined : command(given));
    });
    expect(await caught(plant, { ...TRIED, seeds: 120 })).toMatch(/left after a kill/);
  });

  it('a dead-man switch that goes on by a clock of its own', async () => {
    const plant = inEngines((engine) => {
      const refresh = (): void => {
        engine.kernel.outbox.perform({ type: 'keepAlive', venue: 'simulated', timeoutMs: 60_000 });
        engine.life.schedule(engine.life.nowUs() + 1_000_000, refresh);
      };
      refresh();
    });
    expect(await caught(plant, { ...TRIED, from: 14 })).toMatch(
      /the dead-man switch was set .* after trading was halted/,
    );
  });
});
