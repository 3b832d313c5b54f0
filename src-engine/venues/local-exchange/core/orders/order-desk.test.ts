import { array, assert as check, constantFrom, integer, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../../domain/decimal.ts';
import { SimulatedClock } from '../../../../runner/simulated-clock.ts';
import type { Account } from '../accounts/accounts.ts';
import { KrakenExchange } from '../../protocols/kraken/kraken-exchange.ts';
import { selectPairs } from '../../protocols/kraken/pairs.ts';
import { Refusal } from '../refusal.ts';
import type { OrderRequest } from './order-checks.ts';

const SECRET = Buffer.from('x').toString('base64');

function rig(): { core: KrakenExchange; clock: SimulatedClock; alice: Account; bob: Account } {
  const clock = new SimulatedClock(1_780_000_000_000_000);
  const core = new KrakenExchange({
    pairs: selectPairs(['ETH/USD', 'ETH/BTC', 'BTC/USD']),
    fees: 'real',
    accounts: [
      { name: 'alice', key: 'a', secret: SECRET, balances: { USD: '10000', BTC: '0.5', ETH: '2' } },
      { name: 'bob', key: 'b', secret: SECRET, balances: { USD: '10000', BTC: '0.5', ETH: '2' } },
    ],
    clock,
  });
  const [alice, bob] = core.accounts.all() as [Account, Account];
  return { core, clock, alice, bob };
}

const limit = (
  side: 'buy' | 'sell',
  price: string,
  qty: string,
  more: Partial<OrderRequest> = {},
): OrderRequest => ({
  side,
  type: 'limit',
  price,
  qty,
  ...more,
});

describe('the order desk', () => {
  it('books a match to the last digit: cost, fees of taker and maker in quote, holds', () => {
    const { core, alice, bob } = rig();
    const market = core.market('ETH/USD');
    const ask = core.desk.place(alice, market, limit('sell', '3000.00', '1'));
    expect(alice.ledger.held('ETH').toFixed()).toBe('1');
    core.desk.place(bob, market, limit('buy', '3100.00', '0.4'));
    // Bob pays 1200 and 0.40 %, Alice gets 1200 less 0.25 %.
    expect(bob.ledger.balance('USD').toFixed()).toBe('8795.2');
    expect(alice.ledger.balance('USD').toFixed()).toBe('11197');
    expect(alice.ledger.held('ETH').toFixed()).toBe('0.6');
    expect(bob.ledger.held('USD').toFixed()).toBe('0');
    expect(ask).toMatchObject({ status: 'partially_filled', filled: 40_000_000 });
    core.desk.cancel(alice, ask.orderId);
    expect(alice.ledger.held('ETH').isZero()).toBe(true);
    expect(core.log.entries.map((entry) => entry.kind)).toEqual([
      'placed',
      'placed',
      'filled',
      'filled',
      'canceled',
    ]);
  });

  it('refuses what breaks a rule, and says which', () => {
    const { core, alice } = rig();
    const market = core.market('XXBTZUSD');
    const refused = (request: OrderRequest, error: string): void =>
      expect(() => core.desk.place(alice, market, request), error).toThrow(error);
    refused(
      limit('buy', '90000.05', '0.01'),
      'price-decimals: BTC/USD price can only be specified up to 1 decimals.',
    );
    refused(limit('buy', '90000', '0.00001'), 'quantity-minimum');
    refused(limit('buy', '0.1', '0.01'), 'cost-minimum');
    refused(limit('buy', '90000', '1'), 'insufficient-funds');
    refused(limit('sell', '90000', '0.6'), 'insufficient-funds');
    refused(limit('buy', '90000', '0.000000001'), 'argument: volume');
    refused(limit('buy', '-1', '1'), 'argument: price');
    refused({ ...limit('buy', '1', '1'), type: 'stop-loss' }, 'argument: ordertype');
    market.status = 'cancel_only';
    refused(limit('buy', '90000', '0.01'), 'market-mode: cancel_only');
    market.status = 'online';
    core.faults.setSystemStatus('maintenance');
    refused(limit('buy', '90000', '0.01'), 'unavailable');
    expect(alice.ledger.held('USD').isZero()).toBe(true);
    expect(core.log.entries.every((entry) => entry.kind === 'rejected')).toBe(true);
  });

  it('keeps a client order id unique among open orders only', () => {
    const { core, alice } = rig();
    const market = core.market('BTC/USD');
    core.desk.place(alice, market, limit('buy', '50000', '0.01', { clOrdId: 'one' }));
    const again = limit('buy', '50000', '0.01', { clOrdId: 'one' });
    expect(() => core.desk.place(alice, market, again)).toThrow('duplicate-client-id');
    core.desk.cancel(alice, 'one');
    expect(core.desk.place(alice, market, again).status).toBe('new');
  });

  it('amends in place, refuses a post-only amendment that would take, and may fill by an amendment', () => {
    const { core, alice, bob } = rig();
    const market = core.market('BTC/USD');
    core.desk.place(bob, market, limit('sell', '90000', '0.01'));
    const bid = core.desk.place(alice, market, limit('buy', '50000', '0.02', { postOnly: true }));
    expect(() => core.desk.amend(alice, bid.orderId, { price: '90000' })).toThrow('would-take');
    expect(bid).toMatchObject({ price: 500_000, status: 'new' });
    expect(alice.ledger.held('USD').toFixed()).toBe('1004');
    core.desk.amend(alice, bid.orderId, { price: '90000', qty: '0.03', postOnly: false });
    expect(bid).toMatchObject({ status: 'partially_filled', filled: 1_000_000, remaining: 2_000_000 });
    core.desk.amend(alice, bid.orderId, { qty: '0.01' });
    expect(bid).toMatchObject({ status: 'canceled' });
    expect(alice.ledger.held('USD').isZero()).toBe(true);
  });

  it('cancels all after the countdown, unless it is pushed back or turned off', () => {
    const { core, clock, alice } = rig();
    const market = core.market('BTC/USD');
    const advance = (seconds: number): void => clock.advanceTo(clock.nowUs() + seconds * 1_000_000);
    core.desk.place(alice, market, limit('buy', '50000', '0.01'));
    core.desk.cancelAllAfter(alice, 10);
    advance(9);
    core.desk.cancelAllAfter(alice, 10);
    advance(9);
    expect(alice.openOrders.size).toBe(1);
    core.desk.cancelAllAfter(alice, 0);
    advance(20);
    expect(alice.openOrders.size).toBe(1);
    core.desk.cancelAllAfter(alice, 5);
    advance(5);
    expect(alice.openOrders.size).toBe(0);
    expect(core.log.entries.at(-1)).toMatchObject({ kind: 'canceled', atUs: clock.nowUs() });
  });

  it('carries out the faults: a rejected, a partly filled order', () => {
    const { core, alice, bob } = rig();
    const market = core.market('ETH/USD');
    core.desk.place(alice, market, limit('sell', '3000', '1'));
    core.faults.rejectNextOrder('EOrder:Rate limit exceeded');
    expect(() => core.desk.place(bob, market, limit('buy', '3000', '1'))).toThrow(
      'EOrder:Rate limit exceeded',
    );
    core.faults.partialFillNextOrder(0.25);
    const part = core.desk.place(bob, market, limit('buy', '3000', '1', { timeInForce: 'ioc' }));
    expect(part).toMatchObject({ status: 'canceled', filled: 25_000_000 });
    expect(bob.ledger.held('USD').isZero()).toBe(true);
    expect(core.desk.place(bob, market, limit('buy', '3000', '0.75')).status).toBe('filled');
  });

  it('an order that meets one of its own account ends, or where it asks for that ends those in its way and goes on', () => {
    const { core, alice, bob } = rig();
    const market = core.market('ETH/USD');
    const own = core.desk.place(alice, market, limit('sell', '3000', '0.5'));
    core.desk.place(bob, market, limit('sell', '3001', '1'));
    const newest = core.desk.place(alice, market, limit('buy', '3001', '0.4', { timeInForce: 'ioc' }));
    expect([newest, own]).toMatchObject([{ status: 'canceled', reason: 'self-trade' }, { status: 'new' }]);
    const asking = { timeInForce: 'ioc', cancelsOwnResting: true };
    expect(core.desk.place(alice, market, limit('buy', '3001', '0.4', asking)).status).toBe('filled');
    expect(own).toMatchObject({ status: 'canceled', reason: 'self-trade', filled: 0 });
    expect([alice.ledger.held('ETH').isZero(), alice.openOrders.size]).toEqual([true, 0]);
  });

  it('never loses, makes or overdraws money, whatever is asked', () => {
    const command = record({
      who: integer({ min: 0, max: 1 }),
      what: oneof(
        { weight: 8, arbitrary: constantFrom('place') },
        { weight: 1, arbitrary: constantFrom('cancel', 'amend', 'replace') },
      ),
      pair: constantFrom('ETH/USD', 'ETH/BTC', 'BTC/USD'),
      side: constantFrom<'buy' | 'sell'>('buy', 'sell'),
      type: constantFrom('limit', 'limit', 'limit', 'market'),
      timeInForce: constantFrom('gtc', 'gtc', 'ioc'),
      postOnly: constantFrom(false, false, false, true),
      cancelsOwnResting: constantFrom(false, true),
      price: integer({ min: 95, max: 105 }),
      qty: integer({ min: 1, max: 5_000 }),
      fraction: constantFrom(undefined, undefined, undefined, 0.5),
    });
    const scale: Record<string, number> = { 'ETH/USD': 30, 'ETH/BTC': 0.00034, 'BTC/USD': 900 };
    check(
      property(array(command, { maxLength: 60 }), (commands) => {
        const { core, alice, bob } = rig();
        const accounts = [alice, bob];
        for (const entry of commands) {
          const account = accounts[entry.who] as Account;
          const market = core.market(entry.pair);
          const price = new Decimal(entry.price).times(scale[entry.pair] as number);
          const text = price.toFixed(market.pair.priceDecimals);
          const qty = new Decimal(entry.qty).div(10_000).toFixed();
          const target = [...account.openOrders.keys()][0] ?? 'none';
          try {
            if (entry.fraction !== undefined) core.faults.partialFillNextOrder(entry.fraction);
            if (entry.what === 'cancel') core.desk.cancel(account, target);
            else if (entry.what === 'amend') core.desk.amend(account, target, { price: text, qty });
            else if (entry.what === 'replace') core.desk.replace(account, target, { price: text, qty });
            else {
              const { side, type, timeInForce, postOnly, cancelsOwnResting } = entry;
              const terms = { side, type, timeInForce, postOnly, cancelsOwnResting };
              core.desk.place(account, market, { ...terms, price: text, qty });
            }
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          checkMoney(accounts);
        }
        for (const account of accounts) {
          core.desk.cancelAll(account);
          for (const asset of account.ledger.assets()) expect(account.ledger.held(asset).isZero()).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** What both own, plus the fees that the venue took, is what they started with. */
function checkMoney(accounts: readonly Account[]): void {
  const start: Record<string, number> = { USD: 20_000, BTC: 1, ETH: 4 };
  for (const [asset, amount] of Object.entries(start)) {
    let total = new Decimal(0);
    for (const { ledger, trades } of accounts) {
      expect(ledger.balance(asset).isNegative()).toBe(false);
      expect(ledger.held(asset).isNegative()).toBe(false);
      expect(ledger.available(asset).isNegative()).toBe(false);
      total = total.plus(ledger.balance(asset));
      for (const trade of trades) if (trade.order.market.pair.quote === asset) total = total.plus(trade.fee);
    }
    expect(total.toFixed()).toBe(String(amount));
  }
}
