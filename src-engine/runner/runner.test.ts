import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import type { IntentGate } from './intent-gate.ts';
import type { Journal } from './journal.ts';

/** A journal whose every append waits until the test lets it succeed or fail. */
class HeldJournal implements Journal {
  readonly written: EngineEvent[] = [];
  readonly waiting: {
    readonly events: readonly EngineEvent[];
    resolve(): void;
    reject(error: Error): void;
  }[] = [];
  isHeld = false;

  append(events: readonly EngineEvent[]): Promise<void> | void {
    if (!this.isHeld) {
      this.written.push(...events);
      return;
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({
        events,
        resolve: () => {
          this.written.push(...events);
          resolve();
        },
        reject,
      });
    });
  }

  types(): string[] {
    return this.written.map(({ type }) => type);
  }
}

/** A gate whose intents wait until the test lets them become durable or fail. */
class HeldIntents implements IntentGate {
  readonly waiting: {
    readonly events: readonly EngineEvent[];
    resolve(): void;
    reject(error: Error): void;
  }[] = [];
  isHeld = false;
  /** Decisions that are kept. */
  kept = 0;

  keep(events: readonly EngineEvent[]): Promise<void> | void {
    this.kept++;
    if (!this.isHeld) return;
    return new Promise((resolve, reject) => this.waiting.push({ events, resolve, reject }));
  }

  confirm(): void {
    this.kept--;
  }
}

/** Lets everything that is ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** A decision whose intent and whose facts wait. */
function opened(): { run: KernelHarness; journal: HeldJournal; intents: HeldIntents } {
  const journal = new HeldJournal();
  const intents = new HeldIntents();
  const run = new KernelHarness({ journal, intents });
  run.fairBooks();
  journal.isHeld = true;
  intents.isHeld = true;
  run.openEdge();
  return { run, journal, intents };
}

/** The same once its intent is durable, and every later one is at once. */
async function sent(): Promise<ReturnType<typeof opened>> {
  const rig = opened();
  rig.intents.isHeld = false;
  rig.intents.waiting.shift()?.resolve();
  await settle();
  expect(rig.run.placed).toHaveLength(1);
  return rig;
}

describe('runner', () => {
  it('sends an order only once its intent is durable', async () => {
    const { run, journal, intents } = opened();
    await settle();
    expect(intents.waiting[0]?.events.map(({ type }) => type)).toEqual(['orderCreated']);
    expect(run.placed).toEqual([]);
    // The facts wait for the journal, and the order for neither of them longer than for its intent.
    intents.waiting.shift()?.resolve();
    await settle();
    expect(run.placed).toHaveLength(1);
    expect(run.of('orderCreated')).toEqual([]);
    expect(intents.kept).toBe(1);
    journal.waiting.shift()?.resolve();
    await settle();
    expect(run.of('orderCreated')).toHaveLength(1);
    expect(intents.kept).toBe(0);
  });

  it('writes what arises meanwhile as the next batch, in order', async () => {
    const { run, journal } = await sent();
    run.command({ type: 'pause' });
    run.command({ type: 'setLimits', limits: { maxOrdersPerSecond: 5 } });
    expect(journal.waiting).toHaveLength(1);
    journal.waiting.shift()?.resolve();
    await settle();
    expect(journal.waiting).toHaveLength(1);
    expect(journal.waiting[0]?.events.map(({ type }) => type)).toEqual(['tradingHalted', 'limitsChanged']);
    journal.waiting.shift()?.resolve();
    await run.runner.settled();
    expect(run.events).toEqual(journal.written);
  });

  it('does not send what waits for the disk when the kill switch is thrown', async () => {
    const { run, journal, intents } = opened();
    run.command({ type: 'kill', reason: 'drill' });
    intents.isHeld = false;
    journal.isHeld = false;
    intents.waiting.shift()?.resolve();
    journal.waiting.shift()?.resolve();
    await settle();
    await run.runner.settled();
    expect(run.placed).toEqual([]);
    expect(run.of('orderDenied')[0]).toMatchObject({ code: 'killed' });
    expect(run.of('executionFinished')[0]?.execution).toMatchObject({
      outcome: 'denied',
      detail: 'killed: the kill switch came before it was sent',
    });
    expect(run.kernel.orders.openCount).toBe(0);
    expect(run.kernel.portfolio.balances.reserved('USD').toString()).toBe('0');
  });

  it('does not send what was decided before a kill, not even when re-armed before the disk answers', async () => {
    const { run, journal, intents } = opened();
    run.command({ type: 'kill', reason: 'drill' });
    run.command({ type: 'rearm' });
    intents.isHeld = false;
    journal.isHeld = false;
    intents.waiting.shift()?.resolve();
    journal.waiting.shift()?.resolve();
    await settle();
    await run.runner.settled();
    expect(run.placed).toEqual([]);
    expect(run.of('orderDenied')[0]).toMatchObject({ code: 'killed' });
    // What is decided after the re-arming goes out.
    run.pass(1_100);
    run.fairBooks();
    run.openEdge();
    await run.runner.settled();
    expect(run.placed).toHaveLength(1);
  });

  it('does not send an order behind its own cancel, which came while its intent was being stored', async () => {
    const { run, journal, intents } = opened();
    run.command({ type: 'cancelOrders', venue: undefined, symbol: undefined });
    intents.isHeld = false;
    journal.isHeld = false;
    journal.waiting.shift()?.resolve();
    await settle();
    intents.waiting.shift()?.resolve();
    await settle();
    await run.runner.settled();
    expect(run.placed).toEqual([]);
    expect(run.of('orderDenied')[0]).toMatchObject({ code: 'canceled' });
    expect(run.kernel.orders.openCount).toBe(0);
  });

  it('asks for a lost book again once that is durable, and also when it cannot be', async () => {
    const { run, journal } = opened();
    const { id } = run.instrument('ETH/BTC');
    run.change('ETH/BTC', [['0.04999', '1']], [], 1234);
    expect(run.resubscribed).toEqual([]);
    journal.waiting.shift()?.resolve();
    await settle();
    expect(run.resubscribed).toEqual([]);
    journal.waiting.shift()?.reject(new Error('disk full'));
    await settle();
    expect(run.resubscribed).toEqual([id]);
  });

  it('keeps the intent of each order, then sends it, then stores its facts', async () => {
    const trace: string[] = [];
    const run = new KernelHarness({
      journal: { append: (events) => void trace.push(...events.map(({ type }) => type)) },
      intents: { keep: () => void trace.push('kept'), confirm: () => void trace.push('confirmed') },
    });
    const place = run.venue.place.bind(run.venue);
    run.venue.place = (placement) => {
      trace.push(`place ${placement.symbol}`);
      place(placement);
    };
    run.fairBooks();
    run.openEdge();
    run.pass(1_000);
    const seen = trace.filter((word) => /orderCreated|place|kept|confirmed/.test(word));
    expect(seen).toEqual(
      ['BTC/USD', 'ETH/BTC', 'ETH/USD'].flatMap((symbol) => [
        'kept',
        `place ${symbol}`,
        'orderCreated',
        'confirmed',
      ]),
    );
  });

  it('takes an input that arises while another is handled after it, and at most so many', () => {
    const run = new KernelHarness();
    const seen: number[] = [];
    const step = run.kernel.step.bind(run.kernel);
    const nowUs = run.clock.nowUs();
    run.kernel.step = (input) => {
      if (input.kind !== 'tick') return step(input);
      const nth = input.atUs - nowUs;
      seen.push(nth);
      if (nth < 3) run.runner.submit({ kind: 'tick', atUs: input.atUs + 1 });
      seen.push(-nth);
      return step(input);
    };
    run.runner.submit({ kind: 'tick', atUs: nowUs + 1 });
    expect(seen).toEqual([1, -1, 2, -2, 3, -3]);

    run.kernel.step = () => {
      for (let i = 0; i <= 10_000; i++) run.runner.submit({ kind: 'tick', atUs: nowUs });
    };
    expect(() => run.runner.submit({ kind: 'tick', atUs: nowUs })).toThrow(/more than 10000 inputs/);
  });

  it.each(['throws', 'rejects'])(
    'sends nothing that is not durable, halts, and loses no fact: a gate that %s',
    async (how) => {
      const journal = new HeldJournal();
      const intents = new HeldIntents();
      const run = new KernelHarness({ journal, intents });
      run.fairBooks();
      intents.isHeld = true;
      if (how === 'throws')
        intents.keep = () => {
          throw new Error('disk full');
        };
      run.openEdge();
      intents.waiting.shift()?.reject(new Error('disk full'));
      await run.runner.settled();
      expect(run.placed).toEqual([]);
      expect(run.kernel.haltReason).toMatch(/intents could not be stored: disk full/);
      expect(run.kernel.orders.openCount).toBe(0);
      expect(run.of('orderDenied')[0]).toMatchObject({ code: 'not-durable' });
      const types = journal.types();
      expect(types.filter((type) => type === 'orderCreated')).toHaveLength(1);
      expect(types.indexOf('orderCreated')).toBeLessThan(types.indexOf('orderDenied'));
      // A decision that was never kept is not confirmed either.
      expect(intents.kept).toBe(0);
    },
  );

  it('halts when facts cannot be stored, loses none of them, and keeps their intents until then', async () => {
    const { run, journal, intents } = await sent();
    journal.waiting.shift()?.reject(new Error('disk full'));
    await settle();
    expect(run.kernel.haltReason).toMatch(/facts could not be stored: disk full/);

    // It stays broken: the same facts are tried again with each new one, and no flood arises.
    run.command({ type: 'pause' });
    await settle();
    const again = journal.waiting.shift();
    expect(again?.events.map(({ type }) => type)).toContain('orderCreated');
    again?.reject(new Error('disk full'));
    await settle();
    expect(journal.waiting).toHaveLength(0);
    expect(intents.kept).toBe(1);

    journal.isHeld = false;
    run.command({ type: 'resume' });
    await run.runner.settled();
    const types = journal.types();
    expect(types.filter((type) => type === 'orderCreated')).toHaveLength(1);
    expect(types.filter((type) => type === 'tradingHalted')).toHaveLength(2);
    expect(types.at(-1)).toBe('tradingResumed');
    expect(run.events).toEqual(journal.written);
    expect(intents.kept).toBe(0);
  });

  it('still cancels when the disk refuses', async () => {
    const { run, journal } = await sent();
    journal.waiting.shift()?.resolve();
    await settle();
    expect(run.placed).toHaveLength(1);
    run.command({ type: 'kill', reason: 'drill' });
    await settle();
    while (journal.waiting.length > 0) {
      journal.waiting.shift()?.reject(new Error('disk full'));
      await settle();
    }
    journal.isHeld = false;
    run.pass(3_000);
    await run.runner.settled();
    expect(run.kernel.orders.openCount).toBe(0);
    expect(run.of('killVerified').at(-1)).toMatchObject({ openOrders: 0 });
  });

  it('cancels without waiting for the disk', async () => {
    const { run, journal } = await sent();
    journal.waiting.shift()?.resolve();
    await settle();
    expect(run.kernel.orders.openCount).toBe(1);
    run.command({ type: 'kill', reason: 'drill' });
    run.pass(1_000);
    expect(journal.waiting[0]?.events.map(({ type }) => type)).toContain('killed');
    expect(run.kernel.orders.openCount).toBe(0);
  });

  it('does not send an order that waited too long for the disk', async () => {
    const { run, journal, intents } = opened();
    run.pass(1_100);
    journal.isHeld = false;
    intents.waiting.shift()?.resolve();
    journal.waiting.shift()?.resolve();
    await run.runner.settled();
    expect(run.placed).toEqual([]);
    expect(run.of('orderDenied')[0]).toMatchObject({ code: 'not-durable' });
    expect(run.of('orderDenied')[0]?.detail).toMatch(/took 1100 ms to be stored, the limit is 1000 ms/);
  });

  /** The first leg fills while the journal is busy: the second leg's order is decided. */
  function secondLeg(run: KernelHarness): void {
    for (let ms = 0; ms < 200 && run.kernel.orders.orderCount < 2; ms++) {
      run.clock.advanceTo(run.clock.nowUs() + 1_000);
    }
    expect(run.kernel.orders.orderCount).toBe(2);
  }

  it('sends a leg whose intent is durable while the facts of the leg before it are being stored', async () => {
    const { run, journal } = await sent();
    secondLeg(run);
    expect(run.placed).toHaveLength(2);
    expect(journal.waiting).toHaveLength(1);
    journal.isHeld = false;
    journal.waiting.shift()?.resolve();
    await run.runner.settled();
    expect(run.events).toEqual(journal.written);
  });

  it('sends no order whose intent waited while the journal refused', async () => {
    const { run, journal, intents } = opened();
    journal.waiting.shift()?.reject(new Error('disk full'));
    await settle();
    journal.isHeld = false;
    intents.waiting.shift()?.resolve();
    await settle();
    await run.runner.settled();
    expect(run.placed).toEqual([]);
    expect(run.of('orderDenied')[0]).toMatchObject({
      code: 'not-durable',
      detail: 'facts could not be stored: disk full',
    });
    expect(run.events).toEqual(journal.written);
  });

  it('sends no order while the journal has been behind for more than a second', async () => {
    const journal = new HeldJournal();
    const run = new KernelHarness({ journal });
    run.fairBooks();
    journal.isHeld = true;
    run.command({ type: 'setLimits', limits: { maxOrdersPerSecond: 15 } });
    run.pass(1_100);
    run.fairBooks();
    run.openEdge();
    expect(run.kernel.orders.orderCount).toBe(1);
    expect(run.placed).toEqual([]);
    journal.isHeld = false;
    journal.waiting.shift()?.resolve();
    await run.runner.settled();
    expect(run.of('orderDenied')[0]?.detail).toMatch(
      /not stored the facts before it for 1100 ms, the limit is 1000/,
    );
  });

  it('takes a journal that throws for one that refuses', async () => {
    const { run, journal } = await sent();
    journal.waiting.shift()?.resolve();
    await settle();
    const append = journal.append.bind(journal);
    journal.append = () => {
      throw new Error('closed');
    };
    run.command({ type: 'setLimits', limits: { maxOrdersPerSecond: 15 } });
    await settle();
    expect(run.kernel.haltReason).toMatch(/could not be stored: closed/);
    journal.append = append;
    journal.isHeld = false;
    run.command({ type: 'pause' });
    await run.runner.settled();
    expect(journal.types().slice(-3)).toEqual(['limitsChanged', 'tradingHalted', 'tradingHalted']);
  });

  it('writes what piled up behind a broken disk in portions that a journal takes', async () => {
    const { run, journal } = opened();
    const before = journal.written.length;
    for (let i = 1; i <= 5_000; i++) {
      run.command({ type: 'setLimits', limits: { maxOrdersPerSecond: i } });
    }
    const sizes: number[] = [];
    while (journal.waiting.length > 0) {
      sizes.push(journal.waiting[0]?.events.length ?? 0);
      journal.waiting.shift()?.resolve();
      await settle();
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000);
    expect(journal.written.length - before).toBeGreaterThan(5_000);
    expect(run.events).toEqual(journal.written);
  });

  it('lets go of market facts alone, and says how many, when the journal falls far behind', async () => {
    const { run, journal } = await sent();
    const instrumentId = run.instrument('ETH/BTC').id;
    const rounds = 7_000;
    for (let i = 0; i < rounds; i++) {
      run.runner.submit({ kind: 'book-lost', instrumentId, reason: 'cut', atUs: run.clock.nowUs() });
      run.book('ETH/BTC', [['0.04998', '50']], [['0.05002', '50']]);
      if (i % 1_000 === 0) run.command({ type: 'setLimits', limits: { maxOrdersPerSecond: i + 1 } });
    }
    expect(run.kernel.haltReason).toMatch(/^\d+ facts wait for the journal$/);
    journal.isHeld = false;
    journal.waiting.shift()?.resolve();
    await run.runner.settled();
    await settle();
    const dropped = run.of('factsDropped').map(({ count }) => count);
    expect(dropped).toHaveLength(1);
    expect(dropped[0]).toBeGreaterThan(1_000);
    expect(journal.written.length).toBeLessThan(10_200);
    // Every change of a book was recorded or counted, and nothing else was dropped.
    expect(run.of('bookStateChanged').length + (dropped[0] ?? 0)).toBeGreaterThanOrEqual(rounds * 2);
    expect(run.of('orderCreated')).toHaveLength(1);
    expect(run.of('limitsChanged')).toHaveLength(rounds / 1_000);
    expect(run.of('tradingHalted')).toHaveLength(1);
    expect(run.events).toEqual(journal.written);
  });

  it('is settled when what it had to do by then is done, however much follows', async () => {
    const { run, journal } = await sent();
    let isSettled = false;
    void run.runner.settled().then(() => {
      isSettled = true;
    });
    await settle();
    expect(isSettled).toBe(false);
    run.command({ type: 'pause' });
    journal.waiting.shift()?.resolve();
    await settle();
    expect(journal.waiting).toHaveLength(1);
    expect(isSettled).toBe(true);
  });
});

describe('a dead-man switch', () => {
  /** A run with an account, whose venue records each `keepAlive`. */
  function guarded() {
    const journal = new HeldJournal();
    const run = new KernelHarness({ journal, kernel: { mustReconcile: true } });
    run.fairBooks();
    return { run, journal, kept: run.keptAlive };
  }

  it('is not put off by a decision that waited for a disk that hangs', async () => {
    const { run, journal, kept } = guarded();
    journal.isHeld = true;
    run.command({ type: 'pause' });
    run.pass(3_000);
    expect(kept).toEqual([]);
    journal.isHeld = false;
    journal.waiting.shift()?.resolve();
    await run.runner.settled();
    expect(kept).toEqual([]);
    run.pass(6_000);
    await run.runner.settled();
    expect(kept).toEqual([60_000]);
  });

  it('is not put off while the journal refuses', async () => {
    const { run, journal, kept } = guarded();
    journal.isHeld = true;
    run.command({ type: 'pause' });
    run.pass(1_000);
    for (let n = 0; n < 40; n++) {
      journal.waiting.shift()?.reject(new Error('disk full'));
      await settle();
      run.pass(1_000);
    }
    expect(run.kernel.haltReason).toMatch(/disk full/);
    expect(kept).toEqual([]);
  });
});
