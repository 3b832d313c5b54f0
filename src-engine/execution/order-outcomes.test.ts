/** What one order leaves behind: against the venue's list, for the next try, and in the record of its cycle. */
import { describe, expect, it } from 'vitest';
import { decimal, ZERO } from '../domain/decimal.ts';
import type { Order, VenueOrder } from '../domain/order.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { countOrder, newExecution, recordOf } from './execution.ts';
import { homeward } from './holding.ts';
import { afterOrder } from './retries.ts';
import { compareOrder } from './venue-order.ts';

const order = (change: Partial<Order> = {}): Order => ({
  orderId: 'o1',
  intentId: 'x-1',
  executionId: 'x',
  venue: 'test',
  instrumentId: 3,
  symbol: 'BTC/USD',
  side: 'buy',
  price: decimal('50000'),
  qty: decimal('1'),
  timeInForce: 'ioc',
  purpose: 'open',
  state: 'accepted',
  venueOrderId: undefined,
  filledQty: ZERO,
  filledNotional: ZERO,
  fees: ZERO,
  spent: ZERO,
  received: ZERO,
  asideFees: [],
  createdUs: 1,
  expireUs: 2,
  updatedUs: 10,
  reason: undefined,
  ...change,
});

const execution = () =>
  newExecution({
    executionId: 'x',
    venue: 'test',
    cycle: undefined,
    path: ['USD', 'BTC'],
    startAsset: 'USD',
    startedUs: 1,
  });

describe('an order in the venue’s list', () => {
  const shown = (state: VenueOrder['state'], filledQty = '0'): VenueOrder => ({
    orderId: 'o1',
    venueOrderId: 'V',
    symbol: 'BTC/USD',
    side: 'buy',
    price: '50000',
    qty: '1',
    filledQty,
    state,
  });
  const half = { filledQty: decimal('0.5') };

  it.each([
    ['open at both', order(), true, shown('open'), 11, 'agrees'],
    [
      'open there, not known here to have arrived',
      order({ state: 'created' }),
      true,
      shown('open'),
      11,
      'accepted',
    ],
    ['open there, over here', order({ state: 'canceled' }), false, shown('open'), 2_000_011, 'alive'],
    [
      'the same, over here for two seconds when it was asked: lists lag behind reports',
      order({ state: 'canceled' }),
      false,
      shown('open'),
      2_000_010,
      'lags',
    ],
    ['over at both', order({ state: 'canceled' }), false, shown('canceled'), 11, 'agrees'],
    ['over there, open here', order(), true, shown('canceled'), 11, 'over'],
    ['more filled there', order(half), true, shown('open', '0.6'), 11, 'incomplete'],
    ['less filled there', order(half), true, shown('open', '0.4'), 11, 'contradiction'],
    ['the same, changed here since', order(half), true, shown('open', '0.4'), 10, 'agrees'],
  ] as const)('%s', (_what, ours, isOpen, theirs, askedUs, kind) => {
    expect(compareOrder(ours, isOpen, theirs, askedUs).kind).toBe(kind);
  });
});

describe('after an order', () => {
  const holding = (attempts: number) => ({
    ...homeward('BTC', decimal('1'), 'USD', 0),
    attempts,
    avoid: [7],
  });
  const after = (attempts: number, spent: string) =>
    afterOrder(
      order({ spent: decimal(spent) }),
      { ...holding(attempts), openingQty: undefined, key: 'k' },
      5,
    );

  it('that traded the next one goes on at once, and no try is used up', () => {
    expect(after(0, '0.1')).toEqual({ attempts: 1, avoid: [], notBeforeUs: 5 });
    expect(after(3, '0.1')).toEqual({ attempts: 3, avoid: [], notBeforeUs: 5 });
  });

  it('that found nothing its way is avoided, one try is used up, and from the third on it rests a second', () => {
    expect(after(0, '0')).toEqual({ attempts: 1, avoid: [], notBeforeUs: 5 });
    expect(after(1, '0')).toEqual({ attempts: 2, avoid: [7, 3], notBeforeUs: 5 });
    expect(after(2, '0')).toEqual({ attempts: 3, avoid: [7, 3], notBeforeUs: 1_000_005 });
  });
});

describe('the record of an execution', () => {
  const inDollars = (_asset: string, amount: typeof ZERO) => amount;

  it('has a return in basis points that is never rounded up', () => {
    const made = { ...execution(), spent: decimal('3'), flows: new Map([['USD', decimal('0.001')]]) };
    expect(recordOf(made, inDollars, 9).realizedNetBps).toBe(3.3333);
    expect(recordOf(execution(), inDollars, 9).realizedNetBps).toBe(0);
  });

  it('counts of an order what came since it was last counted, fees in other assets too', () => {
    const made = execution();
    const fee = (amount: string) => ({ asset: 'BNB', amount: decimal(amount) });
    const first = order({ spent: decimal('10'), received: decimal('1'), asideFees: [fee('0.1')] });
    countOrder(made, first, 'USD', 'BTC');
    const second = {
      ...first,
      spent: decimal('15'),
      received: decimal('2'),
      asideFees: [fee('0.1'), fee('0.2')],
    };
    countOrder(made, second, 'USD', 'BTC');
    countOrder(made, second, 'USD', 'BTC');
    expect([...made.flows].map(([asset, flow]) => [asset, flow.toString()])).toEqual([
      ['USD', '-15'],
      ['BTC', '2'],
      ['BNB', '-0.3'],
    ]);
  });

  it('is one of a denial, of a try that found nothing, of a sweep, or of something stranded', () => {
    const flows = new Map([['USD', decimal('1')]]);
    const counted = new Map([['o1', { spent: decimal('1'), received: decimal('2'), asideFees: 0 }]]);
    const stranded = [{ asset: 'BTC', amount: decimal('1'), detail: 'no taker' }];
    const outcome = (change: object) => recordOf({ ...execution(), ...change }, inDollars, 9).outcome;
    expect(outcome({ deniedDetail: 'killed' })).toBe('denied');
    expect(outcome({})).toBe('missed');
    expect(outcome({ flows, counted })).toBe('swept');
    expect(outcome({ flows, counted, deniedDetail: 'killed' })).toBe('swept');
    expect(outcome({ flows, counted, stranded })).toBe('stranded');
  });

  it('that only paid for what was not filled is one of a try that found nothing, and has that loss', () => {
    const made = execution();
    const gas = { asset: 'USD', amount: decimal('0.25') };
    countOrder(made, order({ state: 'canceled', asideFees: [gas] }), 'USD', 'BTC');
    const missed = { outcome: 'missed', startAmount: '0', profit: '-0.25', profitHome: '-0.25', dust: [] };
    expect(recordOf(made, inDollars, 9)).toMatchObject({ ...missed, realizedNetBps: 0 });
    // Another of its orders was denied: what it paid was no denial's.
    expect(recordOf({ ...made, deniedDetail: 'killed' }, inDollars, 9)).toMatchObject(missed);
  });
});

it('a cycle’s orders are numbered from one on: the first opens it, the others continue it', () => {
  const run = new KernelHarness();
  run.fairBooks();
  run.openEdge();
  run.pass(1_000);
  const orders = run.of('orderCreated').map((event) => run.kernel.orders.get(event.order.orderId));
  const [first] = orders;
  expect(orders.map((one) => [one?.intentId, one?.purpose])).toEqual([
    [`${first?.executionId}-1`, 'open'],
    [`${first?.executionId}-2`, 'continue'],
    [`${first?.executionId}-3`, 'continue'],
  ]);
});
