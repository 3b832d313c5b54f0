/** Quotes that rest at one simulated venue and are hedged at another, through the kernel: risk, ledger, venues and records. */
import { describe, expect, it } from 'vitest';
import { type Decimal, decimal, ZERO } from '../domain/decimal.ts';
import { roundedFee } from '../domain/instrument.ts';
import { DEFAULT_EXECUTION, type ExecutionSettings } from '../domain/limits.ts';
import { US_PER_MS } from '../domain/time.ts';
import { SeededRandom } from '../lib/random.ts';
import { START_US, TRIANGLE } from '../testing/kernel-harness.ts';
import { RouteRun, type RouteRunOptions } from '../testing/route-run.ts';
import { isQuiet } from './quiet.ts';

const [TRIANGLE_BTC] = TRIANGLE;
if (TRIANGLE_BTC === undefined) throw new Error('the triangle has a pair');
const BTC_USD = { ...TRIANGLE_BTC, takerFee: '0.0002' };
const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };
const SYMBOL = 'BTC/USD';

type Options = Partial<RouteRunOptions> & { readonly execution?: Partial<ExecutionSettings> };

/** Quotes in the wide west, hedges in the narrow east; quotes of 500 USD are on their way when it returns. */
function quoting({ execution, kernel, ...options }: Options = {}): RouteRun {
  const run = new RouteRun({
    specs: [BTC_USD],
    capital: HELD,
    detection: { tradeCrossVenue: false },
    ...options,
    kernel: {
      ...kernel,
      execution: { ...DEFAULT_EXECUTION, makerMarkets: 'BTC/USD@west>east', ...execution },
    },
  });
  wide(run);
  narrow(run);
  run.pass(1_500);
  return run;
}

const wide = (run: RouteRun): void => run.book('west', SYMBOL, [['49900', '5']], [['50100', '5']]);
const narrow = (run: RouteRun): void => run.book('east', SYMBOL, [['49990', '2']], [['50010', '2']]);

const lose = (run: RouteRun, at: string): void => {
  const instrumentId = run.kernel.store.instruments.findIndex(({ venue }) => venue === at);
  run.runner.submit({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: run.clock.nowUs() });
};

const quotes = (run: RouteRun) =>
  [...run.kernel.orders.open()]
    .filter(({ timeInForce, state }) => timeInForce === 'gtc' && state === 'accepted')
    .map(({ side, price, qty, filledQty }) => [side, price.toString(), qty.minus(filledQty).toString()])
    .toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));

const records = (run: RouteRun) => run.of('executionFinished').map(({ execution }) => execution);
const hedges = (run: RouteRun) =>
  run
    .of('orderCreated')
    .filter(({ order }) => order.timeInForce === 'ioc')
    .map(({ order }) => order);
const standing = (run: RouteRun) => run.kernel.desk.maker.standings(run.clock.nowUs())[0]?.obstacle;

describe('a market that is quoted at one venue and hedged at another', () => {
  it('is quoted on both sides a tick before the best, as large as the setting says, and never beyond what the hedge pays for', () => {
    const run = quoting();
    expect(quotes(run)).toEqual([
      ['buy', '49900.1', '0.01'],
      ['sell', '50099.9', '0.01'],
    ]);
    // They stand for longer than an order's end may take to be reported.
    run.pass(8_000);
    expect([quotes(run).length, run.of('orderUnknown')]).toEqual([2, []]);
    // The best bid passes what the hedge pays for: 49,990 less 99 ticks of buffer (2 bps), both fees, 3 bps of edge and 1 in which it stands.
    run.book('west', SYMBOL, [['49975', '5']], [['50100', '5']]);
    run.pass(500);
    const [bid] = quotes(run);
    const most = decimal('49980.1').times('0.9998').div('1.0002').div('1.0004');
    expect(Number(bid?.[1])).toBeLessThanOrEqual(most.toNumber());
    expect(most.minus(bid?.[1] ?? 0).toNumber()).toBeLessThan(0.2);
  });

  it('hedges a fill at once, records both as one execution, and quotes anew', () => {
    const run = quoting();
    run.trade('west', SYMBOL, 'sell', '49900', '0.01');
    run.pass(400);
    expect(hedges(run)).toMatchObject([{ side: 'sell', qty: '0.01', venue: 'east', state: 'created' }]);
    expect(run.coin('BTC').toString()).toBe('2');
    const spent = decimal('499.001').times('1.0002');
    const profit = decimal('499.9').times('0.9998').minus(spent);
    expect(run.coin('USD').minus(20_000).toString()).toBe(profit.toString());
    expect(records(run)).toMatchObject([
      {
        outcome: 'quoted',
        venue: 'west+east',
        startAmount: spent.toString(),
        profit: profit.toString(),
        dust: [],
      },
    ]);
    const [first] = run.of('orderFilled');
    expect(records(run)[0]?.executionId).toBe(first?.fill.executionId);
    run.pass(500);
    expect(quotes(run)).toHaveLength(2);
    expect(run.kernel.halts.reason).toBe('');
  });

  it('is priced with the maker’s fee of its venue, which the fill is booked with', () => {
    const west = { ...BTC_USD, makerFee: '0.0001' };
    const run = quoting({ specs: { west: [west], east: [BTC_USD] } });
    run.book('west', SYMBOL, [['49985', '5']], [['50100', '5']]);
    run.pass(500);
    // As with the taker's fee, but for the fee: 2 bps of buffer, and 3 + 1 of edge.
    const most = decimal('49980.1').times('0.9998').div('1.0001').div('1.0004');
    const [bid] = quotes(run);
    expect(most.minus(bid?.[1] ?? 0).toNumber()).toBeGreaterThanOrEqual(0);
    expect(most.minus(bid?.[1] ?? 0).toNumber()).toBeLessThan(0.2);
    run.trade('west', SYMBOL, 'sell', bid?.[1] ?? '', bid?.[2] ?? '');
    run.trade('west', SYMBOL, 'sell', '49900', '9');
    run.pass(400);
    const [fill] = run.of('orderFilled');
    const notional = decimal(fill?.fill.price ?? 0).times(fill?.fill.qty ?? 0);
    expect(fill?.fill.fee).toBe(roundedFee(notional.times('0.0001')).toString());
    expect(records(run)).toHaveLength(1);
    const instrument = run.kernel.store.instruments.find(({ venue }) => venue === 'west');
    expect([instrument?.makerFee?.toString(), instrument?.takerFee?.toString()]).toEqual([
      '0.0001',
      '0.0002',
    ]);
  });

  it('that comes late, when the other side has come to its price, is rejected and takes nothing', () => {
    const run = quoting({ latencyMs: { east: 10, west: 100 } });
    run.command({ type: 'pause' });
    run.pass(600);
    run.command({ type: 'resume' });
    // Both are on their way when offers come below the price of the bid.
    run.pass(100);
    run.book('west', SYMBOL, [['49800', '5']], [['49850', '5']]);
    run.pass(800);
    expect(run.of('orderFilled')).toEqual([]);
    expect(run.of('orderRejected').map(({ order }) => [order.side, order.reason])).toEqual([
      ['buy', 'post-only: it would have taken'],
    ]);
  });

  it('that its venue refuses each time is placed less and less often', () => {
    const run = quoting({ latencyMs: { east: 10, west: 100 } });
    run.command({ type: 'pause' });
    run.pass(600);
    run.command({ type: 'resume' });
    // Whenever a bid is on its way, offers come to its price; they are gone once it was refused.
    for (let passed = 0; passed < 30_000; passed += 50) {
      const isOnItsWay = [...run.kernel.orders.open()].some(
        ({ state, side }) => state === 'created' && side === 'buy',
      );
      if (isOnItsWay) run.book('west', SYMBOL, [['49800', '5']], [['49850', '5']]);
      else wide(run);
      run.pass(50);
    }
    // After 1, 2, 4, 8 and 16 s; a second after each would be some 25.
    const refused = run.of('orderRejected').filter(({ order }) => order.side === 'buy').length;
    expect(refused).toBeGreaterThan(3);
    expect(refused).toBeLessThan(7);
  });

  it('gathers fills below the hedge’s minimum over several records, and hedges them once they are enough', () => {
    const run = quoting({
      specs: { west: [BTC_USD], east: [{ ...BTC_USD, minQty: '0.008' }] },
      execution: { makerMaxNotional: '1000' },
    });
    run.trade('west', SYMBOL, 'sell', '49900', '0.005');
    run.pass(600);
    expect(hedges(run)).toEqual([]);
    expect(records(run)).toMatchObject([{ outcome: 'quoted', dust: [{ amount: '0.005' }] }]);
    run.trade('west', SYMBOL, 'sell', '49900', '0.005');
    run.pass(600);
    expect(hedges(run)).toMatchObject([{ side: 'sell', qty: '0.01' }]);
    expect(records(run).at(-1)?.dust).toMatchObject([{ amount: '-0.005' }]);
    // What a restart would sweep: nothing.
    const left = records(run).flatMap(({ dust }) => dust);
    expect(left.reduce((sum, { amount }) => sum.plus(amount), ZERO).toString()).toBe('0');
    expect(run.coin('BTC').toString()).toBe('2');
  });

  it.each([
    ['the book of the quotes is lost', (run: RouteRun) => lose(run, 'west')],
    ['the book of the hedges is lost', (run: RouteRun) => lose(run, 'east')],
    ['trading is paused', (run: RouteRun) => run.command({ type: 'pause' })],
    [
      'the setting is emptied',
      (run: RouteRun) => run.command({ type: 'setExecution', execution: { makerMarkets: '' } }),
    ],
  ])('both sides are pulled when %s', (_what, stop) => {
    const run = quoting();
    expect(quotes(run)).toHaveLength(2);
    stop(run);
    run.pass(300);
    expect([...run.kernel.orders.open()]).toEqual([]);
    expect(run.reserved.toString()).toBe('0');
  });

  it('a kill cancels everything, sends no hedge, and records what was not hedged', () => {
    const run = quoting({ latencyMs: { east: 10, west: 100 } });
    run.trade('west', SYMBOL, 'sell', '49900', '0.01');
    run.command({ type: 'kill', reason: 'drill' });
    run.pass(1_000);
    expect([hedges(run), run.of('orderDenied')]).toEqual([[], []]);
    expect([...run.kernel.orders.open()]).toEqual([]);
    expect(records(run)).toMatchObject([
      { outcome: 'quoted', detail: expect.stringContaining('not hedged: killed') as string },
    ]);
    expect(run.reserved.toString()).toBe('0');
  });

  it.each(['sell', 'buy'] as const)(
    'what a kill left unhedged of a fill is halted over, and hedged after the re-arm: takers %s',
    (side) => {
      const run = quoting({ latencyMs: { east: 10, west: 100 }, execution: { makerDeadlineMs: 500 } });
      run.trade('west', SYMBOL, side, side === 'sell' ? '49900' : '50100', '0.01');
      run.command({ type: 'kill', reason: 'drill' });
      run.pass(1_000);
      expect(run.coin('BTC').toString()).toBe(side === 'sell' ? '2.01' : '1.99');
      // Turned off meanwhile it still has this to end.
      run.command({ type: 'setExecution', execution: { makerMarkets: '' } });
      run.pass(1_000);
      expect([hedges(run), run.of('tradingHalted').map(({ venue }) => venue)]).toEqual([[], ['east']]);
      run.command({ type: 'rearm' });
      narrow(run);
      run.pass(1_000);
      expect([run.coin('BTC').toString(), run.kernel.desk.maker.isOn]).toEqual(['2', false]);
      const left = records(run).flatMap(({ dust }) => dust);
      expect(left.reduce((sum, { amount }) => sum.plus(amount), ZERO).toString()).toBe('0');
    },
  );

  it('a quarantined coin is not quoted, and a release brings the quotes back', () => {
    const run = quoting();
    const apart = (): void => {
      run.book('east', SYMBOL, [['59990', '2']], [['60010', '2']]);
      wide(run);
    };
    for (let second = 0; second < 13; second++) {
      apart();
      run.pass(1_000);
    }
    expect(standing(run)).toContain('quarantine');
    expect(quotes(run)).toEqual([]);
    narrow(run);
    run.command({ type: 'trustCoin', coin: 'BTC' });
    // While prices were apart risk's reference collar denied the ask: it was asked about less and less often.
    run.pass(9_000);
    expect(quotes(run)).toHaveLength(2);
  });

  it('waits, where asked, for the end of a quote that fills in part', () => {
    const run = quoting({ execution: { makerAfterEnd: true } });
    run.trade('west', SYMBOL, 'sell', '49900', '0.004');
    run.pass(20);
    expect(run.kernel.desk.maker.standings(run.clock.nowUs())[0]?.open).toBe('0.004');
    run.pass(580);
    const quote = run.of('orderCanceled').find(({ order }) => order.filledQty === '0.004');
    const hedge = run.of('orderCreated').find(({ order }) => order.timeInForce === 'ioc');
    expect(hedge?.order.qty).toBe('0.004');
    expect(hedge?.atUs).toBeGreaterThanOrEqual(quote?.atUs ?? Number.POSITIVE_INFINITY);
  });

  it('waits, where asked, for the way back before it quotes a side again', () => {
    const run = quoting({ execution: { makerPingPong: true } });
    run.trade('west', SYMBOL, 'sell', '49900', '0.01');
    run.pass(1_000);
    expect(quotes(run).map(([side]) => side)).toEqual(['sell']);
    run.trade('west', SYMBOL, 'buy', '50100', '0.01');
    run.pass(1_000);
    expect(quotes(run).map(([side]) => side)).toEqual(['buy', 'sell']);
  });

  it('a hedge that cannot be made halts its venue after twice its time, and is made once it can be', () => {
    const run = quoting({ execution: { makerDeadlineMs: 500 } });
    lose(run, 'east');
    // The quotes are still at their venue: a cancel is on its way.
    run.trade('west', SYMBOL, 'buy', '50100', '0.01');
    run.pass(800);
    expect(run.of('tradingHalted')).toEqual([]);
    run.pass(700);
    expect([hedges(run), run.of('tradingHalted').map(({ venue }) => venue)]).toEqual([[], ['east']]);
    run.pass(1_000);
    expect([run.of('tradingHalted').length, records(run)]).toEqual([1, []]);
    // Limits of new risk do not keep it from being hedged.
    run.command({ type: 'setLimits', limits: { maxOrderNotional: '1', maxOpenNotional: '1' } });
    narrow(run);
    run.pass(500);
    expect(run.coin('BTC').toString()).toBe('2');
  });

  it('beyond its time a hedge takes what the book shows within risk’s collar, and one that is denied asks less and less often', () => {
    const run = quoting({ execution: { makerDeadlineMs: 300 } });
    // Most of the depth has gone far away: of what is sold 4 of 10 lots are within 100 bps.
    run.book(
      'east',
      SYMBOL,
      [
        ['49990', '0.004'],
        ['45000', '2'],
      ],
      [['50010', '2']],
    );
    run.trade('west', SYMBOL, 'sell', '49900', '0.01');
    run.pass(600);
    expect(hedges(run).length).toBeGreaterThan(0);
    expect([run.of('orderDenied'), run.coin('BTC').toString()]).toEqual([[], '2.006']);
    // A message a second is let through, and the book shows nothing more.
    run.command({ type: 'setLimits', limits: { maxOrdersPerSecond: 1 } });
    run.pass(5_000);
    // One in each tenth of a second that no message is left for would be some 40.
    expect(run.of('orderDenied').length).toBeGreaterThan(2);
    expect(run.of('orderDenied').length).toBeLessThan(20);
  });

  it('what was gathered is left for a sweep when it is turned off', () => {
    const run = quoting({
      specs: { west: [BTC_USD], east: [{ ...BTC_USD, minQty: '0.008' }] },
    });
    run.trade('west', SYMBOL, 'sell', '49900', '0.005');
    run.pass(600);
    run.command({ type: 'setExecution', execution: { makerMarkets: '' } });
    run.pass(600);
    const { residuals } = run.kernel.desk.sequencer.sweeper;
    expect([residuals.of('BTC@west').toString(), run.kernel.desk.maker.isOn]).toEqual(['0.005', false]);
  });

  it.each([
    ['BTC/USD@west>nowhere', 'BTC/USD is not traded at nowhere in this session'],
    ['BTC/USD@west>west', 'the venue of the quotes is that of the hedges'],
  ])('%s is refused: %s', (makerMarkets, obstacle) => {
    const run = quoting({ execution: { makerMarkets } });
    expect(standing(run)).toBe(obstacle);
    expect(run.of('orderCreated')).toEqual([]);
  });

  it('a venue with several markets of the coins is refused, with their names', () => {
    const specs = { west: [BTC_USD], east: [BTC_USD, { ...BTC_USD, symbol: 'BTC/USD-5bps' }] };
    const run = quoting({ specs });
    expect(standing(run)).toBe('east has several markets of BTC/USD in this session: BTC/USD, BTC/USD-5bps');
    expect(run.of('orderCreated')).toEqual([]);
  });

  it.each(['east', 'west'])('a market whose orders cost gas at %s is refused', (pools) => {
    const specs = { west: [BTC_USD], east: [BTC_USD], [pools]: [{ ...BTC_USD, orderCost: '5' }] };
    const run = quoting({ specs });
    expect(standing(run)).toBe(`an order at ${pools} costs gas, which no quote reckons with`);
    // A local chain may charge nothing.
    const free = { west: [BTC_USD], east: [BTC_USD], [pools]: [{ ...BTC_USD, orderCost: '0' }] };
    expect(standing(quoting({ specs: free }))).not.toContain('costs gas');
    expect(run.of('orderCreated')).toEqual([]);
  });

  it('a market whose venue of hedges changes, or that is off and on again, is quoted once its earlier quotes have ended', () => {
    const run = quoting({
      venues: ['east', 'west', 'north'],
      capital: { ...HELD, 'BTC@north': '1', 'USD@north': '10000' },
    });
    const set = (makerMarkets: string): void =>
      run.command({ type: 'setExecution', execution: { makerMarkets } });
    const markets = () =>
      run.kernel.desk.maker
        .standings(run.clock.nowUs())
        .map(({ hedgedAt, obstacle }) => [hedgedAt, obstacle]);
    run.book('north', SYMBOL, [['49990', '2']], [['50010', '2']]);
    set('BTC/USD@west>north');
    run.pass(100);
    expect(markets()).toEqual([
      ['east', 'turned off'],
      ['north', 'earlier quotes of BTC/USD at west end first'],
    ]);
    run.pass(500);
    expect([markets(), quotes(run).length]).toEqual([[['north', '']], 2]);
    for (const text of ['', 'BTC/USD@west>north']) {
      set(text);
      run.pass(10);
    }
    run.pass(600);
    expect([markets(), quotes(run).length]).toEqual([[['north', '']], 2]);
    expect(run.kernel.desk.maker.isOn).toBe(true);
  });

  it('a market whose fee becomes known is quoted from then on', () => {
    const run = quoting({ specs: { east: [BTC_USD], west: [{ ...BTC_USD, takerFee: null }] } });
    expect([standing(run), quotes(run)]).toEqual(['the fee of BTC/USD at west is not known', []]);
    const instrumentId = run.kernel.store.instruments.findIndex(({ venue }) => venue === 'west');
    run.runner.submit({
      kind: 'instrument-change',
      instrumentId,
      change: { takerFee: '0.0002' },
      cause: 'account',
      atUs: run.clock.nowUs(),
    });
    run.pass(5_500);
    expect([standing(run), quotes(run).length]).toEqual(['', 2]);
  });

  it('quotes that rest do not keep a session from being started again; a fill that waits for its hedge does', () => {
    const run = quoting();
    expect([quotes(run).length, isQuiet(run.kernel)]).toEqual([2, true]);
    lose(run, 'east');
    run.trade('west', SYMBOL, 'sell', '49900', '0.01');
    run.pass(300);
    expect([[...run.kernel.orders.open()].length, isQuiet(run.kernel)]).toEqual([0, false]);
    narrow(run);
    run.pass(300);
    expect([run.coin('BTC').toString(), isQuiet(run.kernel)]).toEqual(['2', true]);
  });

  it('no quote is worth more than the setting once the price has risen; a setting below a lot says so', () => {
    const run = quoting();
    run.book('east', SYMBOL, [['50040', '2']], [['50060', '2']]);
    run.book('west', SYMBOL, [['49950', '5']], [['50150', '5']]);
    run.pass(600);
    const sizes = quotes(run).map(([, , qty]) => Number(qty));
    expect(sizes).toHaveLength(2);
    // 5 % less than 500 USD: so that not every tick that it rises further moves them.
    for (const size of sizes) expect(size * 50_050).toBeCloseTo(475, 0);
    run.command({ type: 'setExecution', execution: { makerMaxNotional: '0.0001' } });
    run.pass(600);
    expect([quotes(run), standing(run)]).toEqual([
      [],
      'the largest quote is worth less than 0.00000001 of BTC/USD, the least at west',
    ]);
  });

  it('two markets whose hedges share a purse settle after its balance falls, however the books move by ticks', () => {
    const eth = { ...BTC_USD, symbol: 'ETH/USD', base: 'ETH', tickSize: '0.01' };
    const run = quoting({
      specs: [BTC_USD, eth],
      capital: { ...HELD, 'USD@east': '1100', 'ETH@east': '10', 'ETH@west': '10' },
      execution: { makerMarkets: 'BTC/USD@west>east,ETH/USD@west>east' },
    });
    const ethBooks = (up = 0): void => {
      run.book('west', 'ETH/USD', [['2490', '50']], [['2510', '50']]);
      run.book('east', 'ETH/USD', [['2499.5', '50']], [[(2_500.5 + up).toFixed(2), '50']]);
    };
    ethBooks();
    run.pass(1_500);
    expect(quotes(run)).toHaveLength(4);
    const sent = (): number =>
      run.kernel.desk.maker.standings(run.clock.nowUs()).reduce((sum, { messages }) => sum + messages, 0);
    const before = sent();
    // Both asks together need 1,000: one has to be smaller.
    run.kernel.portfolio.balances.receive('USD@east', decimal('-400'));
    for (let tick = 0; tick < 50; tick++) {
      const up = tick % 5;
      run.book('east', SYMBOL, [['49990', '2']], [[(50_010 + up / 10).toFixed(1), '2']]);
      ethBooks(up / 100);
      run.pass(100);
    }
    expect(sent() - before).toBeLessThanOrEqual(8);
    expect(quotes(run)).toHaveLength(4);
    const { balances } = run.kernel.portfolio;
    expect(balances.kept('USD@east').lte(balances.free('USD@east'))).toBe(true);
    expect(balances.kept('USD@east').toNumber()).toBeGreaterThan(600);
  });

  it('a market is known by its coins, however its venue writes the symbol', () => {
    const own = { ...BTC_USD, symbol: 'BTCUSD' };
    const run = new RouteRun({
      specs: { west: [BTC_USD], east: [own] },
      capital: HELD,
      detection: { tradeCrossVenue: false },
      kernel: { execution: { ...DEFAULT_EXECUTION, makerMarkets: 'BTC/USD@west>east' } },
    });
    wide(run);
    run.book('east', 'BTCUSD', [['49990', '2']], [['50010', '2']]);
    run.pass(1_500);
    expect(quotes(run)).toHaveLength(2);
  });

  it('nothing rests where orders go to accounts, and nothing is asked of risk while it is off', () => {
    const run = quoting({ kernel: { mustReconcile: true } });
    expect([standing(run), run.of('orderCreated')]).toEqual(['quotes at accounts are turned off', []]);
    expect(standing(quoting({ kernel: { twinOf: 'live-1' } }))).toBe(
      'the twin of an account rests no quotes',
    );
    const off = quoting({ execution: { makerMarkets: '' } });
    expect([off.kernel.desk.maker.isOn, off.of('orderCreated').length]).toEqual([false, 0]);
  });
});

/** PARALLAX_SEEDS=1000 runs as many. */
const SEEDS = Number(process.env['PARALLAX_SEEDS'] ?? 25);

describe('over seeds, in a market that moves, thins out, goes silent and trades', () => {
  const DEADLINE_MS = 800;
  /**
   * A hedge that is due at the deadline goes there and is reported back; the state is looked at every 50 ms. Where two of five
   * orders find a competitor before them it takes several tries, one in 100 ms.
   */
  const SLACK_MS = { usual: 700, missing: 3_000 } as const;

  it('no quote is larger than what its hedge takes, nothing is naked beyond the deadline, and the ledger adds up', () => {
    let filled = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new SeededRandom(seed, 77);
      const isMissing = seed % 3 === 0;
      const run = quoting({
        seed,
        latencyMs: { east: 5 + (seed % 4) * 15, west: 5 + (seed % 5) * 20 },
        missesPct: isMissing ? { east: 40 } : {},
        execution: {
          makerDeadlineMs: DEADLINE_MS,
          makerPingPong: seed % 4 === 1,
          makerAfterEnd: seed % 5 === 2,
        },
      });
      const { id: eastId } = run.kernel.store.instruments.find(({ venue }) => venue === 'east') ?? { id: -1 };
      let seen = run.events.length;
      let nakedSinceUs: number | undefined;
      let longestUs = 0;
      let mid = 50_000;
      for (let step = 0; step < 90; step++) {
        mid += Math.round(random.normal() * 12);
        const depth = (0.004 + 0.03 * random.next()).toFixed(4);
        run.book('east', SYMBOL, [[String(mid - 5), depth]], [[String(mid + 5), depth]]);
        run.book('west', SYMBOL, [[String(mid - 90), '5']], [[String(mid + 90), '5']]);
        if (random.next() < 0.4) {
          const sells = random.next() < 0.5;
          const qty = (0.001 + 0.012 * random.next()).toFixed(4);
          run.trade('west', SYMBOL, sells ? 'sell' : 'buy', String(sells ? mid - 90 : mid + 90), qty);
        }
        if (random.next() < 0.03) lose(run, random.next() < 0.5 ? 'east' : 'west');
        if (random.next() < 0.02) run.command({ type: 'pause' });
        else if (random.next() < 0.5) run.command({ type: 'resume' });
        run.pass(50);
        const { book } = run.kernel.store.sync(eastId);
        for (const event of run.events.slice(seen)) {
          if (event.type === 'orderFilled') filled++;
          if (event.type !== 'orderCreated' || event.order.timeInForce !== 'gtc') continue;
          if (run.kernel.store.sync(eastId).state !== 'live') continue;
          const units = event.order.side === 'buy' ? book.bidQtys[0] : book.askQtys[0];
          const takes = decimal(units ?? 0).div(decimal(10).pow(8));
          expect(decimal(event.order.qty).lte(takes), `seed ${seed}, step ${step}`).toBe(true);
        }
        seen = run.events.length;
        const open: Decimal = run.coin('BTC').minus(2).abs();
        const isNaked = open.gte('0.0001') && run.kernel.store.sync(eastId).state === 'live';
        nakedSinceUs = isNaked ? (nakedSinceUs ?? run.clock.nowUs()) : undefined;
        longestUs = Math.max(longestUs, run.clock.nowUs() - (nakedSinceUs ?? run.clock.nowUs()));
      }
      run.command({ type: 'setExecution', execution: { makerMarkets: '' } });
      // The market goes on: what a hedge has taken is offered anew.
      for (let step = 0; step < 50; step++) {
        const at = mid + (step % 2);
        run.book('east', SYMBOL, [[String(at - 5), '2']], [[String(at + 5), '2']]);
        run.pass(100);
      }
      const slackMs = isMissing ? SLACK_MS.missing : SLACK_MS.usual;
      expect(longestUs / US_PER_MS, `seed ${seed}`).toBeLessThanOrEqual(DEADLINE_MS + slackMs);
      expect([...run.kernel.orders.open()], `seed ${seed}`).toEqual([]);
      expect(run.reserved.toString(), `seed ${seed}`).toBe('0');
      const left = records(run)
        .flatMap(({ dust }) => dust)
        .filter(({ asset }) => asset.startsWith('BTC'));
      const sum = left.reduce((total, { amount }) => total.plus(amount), ZERO);
      expect(sum.toString(), `seed ${seed}`).toBe(run.coin('BTC').minus(2).toString());
      const earned = records(run).reduce((total, { profit }) => total.plus(profit), ZERO);
      expect(earned.toString(), `seed ${seed}`).toBe(run.coin('USD').minus(20_000).toString());
      expect(run.clock.nowUs()).toBeGreaterThan(START_US);
    }
    expect(filled).toBeGreaterThan(SEEDS * 2);
  });
});
