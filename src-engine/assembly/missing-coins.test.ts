/** A coin that was sold and not bought back, by a kill or a crash: a restart from the database knows how much, and buys it back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import { DEFAULT_EXECUTION } from '../domain/limits.ts';
import { Universe } from '../domain/universe.ts';
import { MissingCoins } from '../engine/alerts/missing-coins.ts';
import { Residuals } from '../execution/residuals.ts';
import { openDatabase } from '../storage/database.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import type { LeftByExecution } from '../storage/queries/recovery.ts';
import { START_US, TRIANGLE } from '../testing/kernel-harness.ts';
import { RouteRun, type RouteRunOptions } from '../testing/route-run.ts';
import { leftIn, openingAccount, recovered } from './history.ts';

const PROFILE = 'paper';
const SYMBOL = 'BTC/USD';
const SPEC = TRIANGLE.slice(0, 1).map((spec) => ({ ...spec, takerFee: '0.0002' }));
const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };
const QUOTING = { ...DEFAULT_EXECUTION, makerMarkets: `${SYMBOL}@west>east` };
const NONE = { ...DEFAULT_EXECUTION, makerMarkets: '' };

let database: Database;
let runs = 0;
beforeEach(async () => {
  database = await openDatabase({ memory: true });
});
afterEach(() => database.close());

/** A run that begins as the database has it, with books of both venues. */
async function begin(options: Partial<RouteRunOptions> = {}, passedMs = 1_500) {
  const runId = `r${++runs}`;
  const made = new RouteRun({ specs: SPEC, capital: HELD });
  const { instruments } = made.kernel.config;
  const universe = new Universe(instruments, 'USD');
  const chosen = { profile: PROFILE, plan: { home: null }, capital: undefined };
  const {
    joined: _,
    freshAt: _none,
    ...opening
  } = await openingAccount(database, chosen, instruments, universe, new Map());
  const left = await recovered(database, PROFILE, false, universe, START_US);
  const isFirst = opening.balances.length === 0;
  const run = new RouteRun({
    specs: SPEC,
    capital: HELD,
    detection: { tradeCrossVenue: false },
    ...options,
    kernel: { runId, execution: NONE, ...left, ...(isFirst ? {} : { opening }), ...options.kernel },
  });
  books(run);
  run.pass(passedMs);
  return { run, runId };
}

function books(run: RouteRun): void {
  run.book('west', SYMBOL, [['49900', '5']], [['50100', '5']]);
  run.book('east', SYMBOL, [['49990', '2']], [['50010', '2']]);
}

async function keep(runId: string, events: readonly EngineEvent[]): Promise<void> {
  const journal = await Journal.open(database, { profile: PROFILE, runId });
  await journal.append(events);
  await journal.close();
}

const missing = ({ kernel }: RouteRun): string[] =>
  kernel.desk.sequencer.sweeper.missing().map(({ asset, amount }) => `${amount.toString()} ${asset}`);
const placed = (run: RouteRun): string[] =>
  run.of('orderCreated').map(({ order }) => `${order.side} ${order.qty} at ${order.venue}`);

describe('a maker fill that was not hedged', () => {
  it('because of a kill is missing after the restart, and is bought back after the re-arm, once', async () => {
    const { run, runId } = await begin({
      latencyMs: { east: 10, west: 100 },
      kernel: { execution: QUOTING },
    });
    run.trade('west', SYMBOL, 'buy', '50100', '0.01');
    run.command({ type: 'kill', reason: 'drill' });
    run.pass(1_000);
    expect([run.coin('BTC').toString(), missing(run)]).toEqual(['1.99', []]);
    await keep(runId, run.events);

    const again = await begin();
    expect([missing(again.run), again.run.kernel.killSwitch.isOn]).toEqual([['0.01 BTC@west'], true]);
    const alert = (): string => new MissingCoins().look(again.run.kernel, again.run.clock.nowUs());
    expect(alert()).toMatch(/^0\.01 BTC at west: bought back once trading is open there/);
    again.run.pass(11_000);
    expect(placed(again.run)).toEqual([]);
    again.run.command({ type: 'rearm' });
    books(again.run);
    again.run.pass(11_000);
    expect(placed(again.run)).toEqual(['buy 0.01 at west']);
    expect(again.run.of('sweepStarted')).toMatchObject([{ asset: 'BTC@west', amount: '-0.01' }]);
    expect([again.run.coin('BTC').toString(), missing(again.run), alert()]).toEqual(['2', [], '']);
    await keep(again.runId, again.run.events);

    const last = await begin();
    last.run.pass(11_000);
    expect([missing(last.run), placed(last.run)]).toEqual([[], []]);
  });

  it('because the engine died between fill and hedge is missing after the restart, and named', async () => {
    const { run, runId } = await begin({ kernel: { execution: QUOTING } });
    run.trade('west', SYMBOL, 'buy', '50100', '0.01');
    run.pass(400);
    const fill = run.events.findIndex(({ type }) => type === 'orderFilled');
    const balances = run.events.findIndex(({ type }, at) => at > fill && type === 'balancesChanged');
    await keep(
      runId,
      run.events
        .slice(0, balances + 1)
        .filter((event) => event.type !== 'orderCreated' || event.order.timeInForce === 'gtc'),
    );

    const again = await begin({}, 0);
    expect(again.run.of('executionAbandoned')).toMatchObject([
      { left: [{ asset: 'BTC@west', amount: '-0.01' }] },
    ]);
    expect(missing(again.run)).toEqual(['0.01 BTC@west']);
    // It died again before it could do anything about it.
    await keep(again.runId, again.run.events);
    const third = await begin({}, 0);
    expect([third.run.of('executionAbandoned'), missing(third.run)]).toEqual([[], ['0.01 BTC@west']]);
    third.run.pass(11_000);
    expect([third.run.coin('BTC').toString(), missing(third.run)]).toEqual(['2', []]);

    // Where the hedge was sent, and its end is not known, it may have been bought already: nothing is bought until that is settled.
    const hedge = run.of('orderCreated').find(({ order }) => order.timeInForce === 'ioc')?.order;
    const openOrders = hedge === undefined ? [] : [{ record: hedge, fillIds: [] }];
    const waiting = await begin({ kernel: { openOrders } }, 0);
    waiting.run.pass(11_000);
    expect([openOrders.length, missing(waiting.run), placed(waiting.run)]).toEqual([
      1,
      ['0.01 BTC@west'],
      [],
    ]);
  });
});

describe('a leg of a route that was sold and not bought', () => {
  it('because of a kill is missing after the restart', async () => {
    const { run, runId } = await begin({
      detection: { tradeCrossVenue: true },
      latencyMs: { east: 10, west: 100 },
      missesPct: { east: 100 },
    });
    run.book('west', SYMBOL, [['50500', '2']], [['50505', '2']]);
    run.pass(60);
    run.command({ type: 'kill', reason: 'drill' });
    run.pass(1_000);
    const sold = run.coin('BTC').minus(2).negated().toString();
    expect(Number(sold)).toBeGreaterThan(0);
    await keep(runId, run.events);
    const again = await begin();
    expect(missing(again.run)).toEqual([`${sold} BTC@west`]);
    again.run.command({ type: 'rearm' });
    books(again.run);
    again.run.pass(11_000);
    expect([again.run.coin('BTC').toString(), missing(again.run)]).toEqual(['2', []]);
  });
});

it('what an operator sold by hand is not bought back, nor what the account is then taken to hold', async () => {
  const { run, runId } = await begin();
  run.command({ type: 'flatten', venue: 'west', coin: 'BTC' });
  run.pass(1_000);
  expect(run.coin('BTC').toString()).toBe('1');
  // As if the engine had died before the record of it.
  await keep(
    runId,
    run.events.filter(({ type }) => type !== 'executionFinished'),
  );
  const again = await begin();
  again.run.pass(11_000);
  expect([missing(again.run), placed(again.run)]).toEqual([[], []]);
});

it('what an operator bought by hand, and adopted, is not bought again', async () => {
  const { run, runId } = await begin({ latencyMs: { east: 10, west: 100 }, kernel: { execution: QUOTING } });
  run.trade('west', SYMBOL, 'buy', '50100', '0.01');
  run.command({ type: 'kill', reason: 'drill' });
  run.pass(1_000);
  await keep(runId, run.events);
  const again = await begin();
  const { portfolio, outbox } = again.run.kernel;
  portfolio.adopt('BTC@west', decimal('1.5'));
  outbox.emit({
    type: 'balancesAdopted',
    atUs: again.run.clock.nowUs(),
    venue: 'west',
    actor: { kind: 'operator', via: 'test' },
    differences: [{ asset: 'BTC@west', ledger: '0.99', venue: '1.5' }],
  });
  again.run.command({ type: 'rearm' });
  books(again.run);
  again.run.pass(11_000);
  expect([missing(again.run), placed(again.run)]).toEqual([[], []]);
  expect(again.run.kernel.risk.exposure.opened['BTC@west']).toBe('1.5');
});

it('what is over of a coin at one venue and missing at another is neither sold nor bought', () => {
  const ledger = new Residuals();
  ledger.book('BTC@west', decimal('0.005'));
  ledger.book('BTC@east', decimal('-0.004'));
  expect([ledger.beyondShorts('BTC@west').toString(), ledger.shorts()]).toEqual(['0.001', []]);
  ledger.book('BTC@east', decimal('-0.004'));
  expect([ledger.beyondShorts('BTC@west').toString(), ledger.owedOf('BTC@north').toString()]).toEqual([
    '0',
    '0.003',
  ]);
  expect(ledger.owed()).toMatchObject([{ asset: 'BTC@east' }]);
});

describe('what records left and lack together', () => {
  const universe = new Universe(
    new RouteRun({ specs: SPEC, capital: HELD }).kernel.config.instruments,
    'USD',
  );
  const of = (...rows: readonly (readonly [string, string, boolean?])[]) => {
    const left = rows.map(
      ([amount, asset, isTraded = true]): LeftByExecution => ({ venue: 'west', asset, amount, isTraded }),
    );
    const { residuals, sweptBeyond } = leftIn(left, universe);
    const words = (list: typeof residuals) => (list ?? []).map(({ asset, amount }) => `${amount} ${asset}`);
    return [words(residuals), words(sweptBeyond)];
  };

  it.each([
    [
      'a fill and its hedge at another venue are each where they lie',
      [
        ['0.005', 'BTC@west'],
        ['-0.005', 'BTC@east'],
      ],
      [['0.005 BTC@west', '-0.005 BTC@east'], []],
    ],
    [
      'a sale that is bought back later is nothing',
      [
        ['-0.005', 'BTC@west'],
        ['0.005', 'BTC', false],
      ],
      [[], []],
    ],
    [
      'what was left, and swept, does not hide what was sold afterwards',
      [
        ['0.005', 'BTC@west'],
        ['-0.005', 'BTC@west', false],
        ['-0.005', 'BTC@west'],
      ],
      [['-0.005 BTC@west'], []],
    ],
    [
      'what a sweep sold beyond what was left is of other executions, or the account’s own',
      [
        ['0.005', 'BTC@west'],
        ['-1', 'BTC@west', false],
        ['0.002', 'BTC@west'],
      ],
      [['0.002 BTC@west'], ['-0.995 BTC@west']],
    ],
    ['a fee in a third coin is no sale', [['-0.01', 'BNB', false]], [[], ['-0.01 BNB@west']]],
  ] as const)('%s', (_what, rows, found) => {
    expect(of(...rows)).toEqual(found);
  });

  it('what was bought back of a coin that was sold too long ago to be looked at is not left to be sold', () => {
    const bought = { venue: 'west', asset: 'BTC@west', amount: '0.005', isTraded: false, isBuyBack: true };
    const sold = { ...bought, amount: '-0.004', isTraded: true, isBuyBack: false };
    expect(leftIn([bought], universe).residuals).toEqual([]);
    // Beyond what was missing it was rounded up to an order.
    expect(leftIn([sold, bought], universe).residuals).toEqual([{ asset: 'BTC@west', amount: '0.001' }]);
  });
});
