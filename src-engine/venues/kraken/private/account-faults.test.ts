/** The adapter when the network, the venue or the process fails: nothing is lost, nothing is done twice. */
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LocalExchange } from '../../local-exchange/local-exchange.ts';
import { Connected, MAKER, quietExchange, SYMBOL, TRADER } from './testing/local-account.ts';
import { amendOrder } from './trading-requests.ts';
import { until } from '../../../testing/until.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function market(options: ConstructorParameters<typeof Connected>[1] = {}) {
  const exchange = await quietExchange();
  cleanups.push(() => exchange.stop());
  const connect = async (more: typeof options): Promise<Connected> => {
    const one = new Connected(exchange, more);
    cleanups.push(() => one.venue.stop());
    await one.isUp();
    return one;
  };
  const maker = await connect({ account: MAKER });
  const id = maker.place('sell', '5', '50000', 'gtc');
  await until(() => expect(maker.kindsOf(id)).toEqual(['accepted']));
  return { exchange, maker, trader: await connect(options) };
}

/** How often the venue was asked to place this order, and did. */
const placed = (exchange: LocalExchange, id: string): number =>
  exchange.log.entries.filter(({ clOrdId, kind }) => clOrdId === id && kind === 'placed').length;

const openAt = (exchange: LocalExchange): number =>
  exchange.accounts.byKey(TRADER.key)?.openOrders.size ?? -1;

describe('an order whose outcome is unknown', () => {
  it('after an accepted one whose answer was lost: reported once, settled by the account', async () => {
    const { exchange, trader } = await market();
    trader.network.loses = () => true;
    trader.network.cutsAfter = (frame) => frame.includes('add_order');
    const id = trader.place('buy', '0.5', '50000');
    await until(() => expect(trader.kindsOf(id)).toEqual(['unknown']));
    expect(trader.links().at(-1)).toBe('down');
    expect(trader.all('unknown')[0]?.reason).toMatch(/connection ended before the answer/);
    // The book at the venue says that it was taken, and once.
    await until(() => expect(placed(exchange, id)).toBe(1));
    trader.network.loses = () => false;
    await trader.isUp();
    trader.venue.reconcile(Date.now() * 1_000 - 3_600_000_000, true);
    await until(() => expect(trader.all('account')).toHaveLength(1));
    expect(trader.all('account')[0]?.account).toMatchObject({
      orders: [{ orderId: id, state: 'filled' }],
      fills: [{ orderId: id, qty: '0.50000000' }],
    });
    // The new connection's snapshot of it is not a second fill.
    expect(trader.kindsOf(id)).toEqual(['unknown', 'accepted', 'fill']);
    expect(placed(exchange, id)).toBe(1);
  });

  it('after silence: reported once when the time is over, and what comes later still counts', async () => {
    const { exchange, trader } = await market({ answerMs: 300 });
    exchange.faults.delayFrames(900_000);
    const id = trader.place('buy', '0.5', '50000');
    await until(() => expect(trader.kindsOf(id)).toEqual(['unknown']));
    exchange.faults.delayFrames(0);
    await until(() => expect(trader.kindsOf(id)).toEqual(['unknown', 'accepted', 'fill']));
    expect(placed(exchange, id)).toBe(1);
  });

  it('after a 5xx that came when the order was taken already', async () => {
    const { exchange, trader } = await market();
    trader.network.canConnect = false;
    trader.network.cut();
    await until(() => expect(trader.links().at(-1)).toBe('down'));
    exchange.faults.failNextRest(504, true);
    const id = trader.place('buy', '0.5', '50000', 'gtc');
    await until(() => expect(trader.kindsOf(id)).toEqual(['unknown']));
    expect(placed(exchange, id)).toBe(1);
  });

  it('is not one that the venue’s gateway refused before it took it', async () => {
    const { exchange, trader } = await market();
    exchange.faults.rejectNextOrder('EOrder:Rate limit exceeded');
    const id = trader.place('buy', '0.5', '50000');
    await until(() => expect(trader.kindsOf(id)).toEqual(['rejected']));
    // The venue's word counts more than our own count: the pair rests for a while.
    const next = trader.place('buy', '0.5', '50000');
    await until(() =>
      expect(trader.of(next)).toMatchObject([{ reason: expect.stringMatching(/rate limit/) }]),
    );
    exchange.faults.rejectNextOrder('EService:Unavailable');
    const doubtful = trader.place('buy', '5', '10', 'gtc', 50_000, 'ETH/USD');
    await until(() => expect(trader.kindsOf(doubtful)).toEqual(['unknown']));
  });
});

describe('without the socket', () => {
  it('orders and cancels go by REST, and what happened is reported after the reconnect', async () => {
    const { exchange, trader } = await market();
    trader.network.canConnect = false;
    trader.network.cut();
    await until(() => expect(trader.links()).toEqual(['up', 'down']));
    const filled = trader.place('buy', '0.5', '50000');
    const resting = trader.place('buy', '0.1', '40000', 'gtc');
    await until(() =>
      expect([filled, resting].map((id) => trader.kindsOf(id))).toEqual([['accepted'], ['accepted']]),
    );
    trader.venue.cancel(resting);
    await until(() => expect(openAt(exchange)).toBe(0));
    trader.network.canConnect = true;
    await until(() => expect(trader.links()).toEqual(['up', 'down', 'up']));
    await until(() => expect(trader.kindsOf(filled)).toEqual(['accepted', 'fill']));
    expect([filled, resting].map((id) => placed(exchange, id))).toEqual([1, 1]);
  });

  it('every connection has a token of its own', async () => {
    const { trader } = await market();
    for (let cuts = 1; cuts <= 3; cuts++) {
      trader.network.cut();
      await until(() => expect(trader.links().filter((state) => state === 'up')).toHaveLength(cuts + 1));
    }
    const tokens = trader.network.sent.flatMap(
      (frame) => /"executions".*"token":"([^"]+)"/.exec(frame)?.[1] ?? [],
    );
    expect(new Set(tokens).size).toBe(4);
  });

  it('a venue that gives no token is asked again, and the link stays down', async () => {
    const { exchange, trader } = await market();
    exchange.faults.setSystemStatus('maintenance');
    trader.network.cut();
    await until(() => expect(trader.links().at(-1)).toBe('down'));
    await until(() =>
      expect(
        trader.network.sent.filter((line) => line.includes('GetWebSocketsToken')).length,
      ).toBeGreaterThan(2),
    );
    expect(trader.links()).toEqual(['up', 'down']);
    exchange.faults.setSystemStatus('online');
    await trader.isUp();
  });
});

describe('what the socket reports', () => {
  it('is not believed after a gap: the link goes down, and a snapshot makes it whole', async () => {
    const { trader } = await market();
    let dropped = 0;
    trader.network.loses = (frame) =>
      frame.includes('"exec_type":"trade"') && frame.includes('"update"') && dropped++ === 0;
    const id = trader.place('buy', '0.5', '50000');
    await until(() => expect(trader.links()).toEqual(['up', 'down', 'up']));
    expect(trader.all('link')[1]?.reason).toMatch(/frames of executions between \d+ and \d+ are missing/);
    await until(() => expect(trader.kindsOf(id)).toEqual(['accepted', 'fill']));
  });

  it('is reported once when it comes twice', async () => {
    const { exchange, trader } = await market();
    const held = trader.place('buy', '0.1', '30000', 'gtc');
    await until(() => expect(trader.kindsOf(held)).toEqual(['accepted']));
    for (let n = 0; n < 5; n++) {
      exchange.faults.duplicateNextFrame();
      const id = trader.place('buy', '0.1', '50000');
      await until(() => expect(trader.kindsOf(id)).toEqual(['accepted', 'fill']));
    }
    expect(trader.links()).toEqual(['up']);
    expect(new Set(trader.all('fill').map(({ fill }) => fill.fillId)).size).toBe(5);
  });

  it('of an order that another client changed makes the account be read again', async () => {
    const { exchange, trader } = await market();
    const id = trader.place('buy', '0.1', '30000', 'gtc');
    await until(() => expect(trader.kindsOf(id)).toEqual(['accepted']));
    const other = new Connected(exchange);
    cleanups.push(() => other.venue.stop());
    await other.isUp();
    const { method, members } = amendOrder(id, { price: '31000', qty: '0.2' });
    const token = /"token":"([^"]+)"/.exec(other.network.sent.join())?.[1] ?? '';
    const socket = new WebSocket(`${exchange.wsUrl}/v2/auth`);
    cleanups.push(async () => socket.terminate());
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(`{"method":"${method}","params":{${members},"token":"${token}"},"req_id":1}`);
    await until(() => expect(trader.links()).toEqual(['up', 'down', 'up']));
    expect(trader.all('link')[1]?.reason).toMatch(/was changed by another program/);
  });
});

describe('cancel everything', () => {
  it('leaves at once on the socket, and is answered by what the venue then shows open', async () => {
    const { exchange, trader } = await market();
    const ids = [1, 2, 3].map((n) => trader.place('buy', '0.1', String(30_000 + n), 'gtc'));
    await until(() => expect(trader.all('accepted')).toHaveLength(3));
    const sent = trader.network.sent.length;
    trader.venue.cancelAll();
    expect(trader.network.sent.at(-1)).toContain('"method":"cancel_all"');
    await until(() => expect(trader.all('open-orders')).toHaveLength(1));
    const requests = trader.network.sent.slice(sent);
    expect(requests.filter((line) => line.includes('"cancel_all"'))).toHaveLength(1);
    expect(requests.filter((line) => line.includes('/OpenOrders '))).toHaveLength(1);
    expect(trader.all('open-orders')[0]?.count).toBe(0);
    expect(openAt(exchange)).toBe(0);
    expect(trader.all('canceled').map(({ orderId }) => orderId)).toEqual(ids);
  });

  it('goes by REST without a socket, and again until the venue has answered', async () => {
    const { exchange, trader } = await market();
    trader.place('buy', '0.1', '30000', 'gtc');
    await until(() => expect(trader.all('accepted')).toHaveLength(1));
    trader.network.canConnect = false;
    trader.network.cut();
    await until(() => expect(trader.links().at(-1)).toBe('down'));
    exchange.faults.failNextRest(503, false);
    trader.venue.cancelAll();
    await until(() => expect(trader.all('open-orders')).toHaveLength(1));
    expect(trader.all('open-orders')[0]?.count).toBe(0);
    expect(openAt(exchange)).toBe(0);
    const calls = trader.network.sent.filter((line) => line.includes('/CancelAll '));
    expect(calls).toHaveLength(2);
  });

  it('goes by REST when the socket stands but is silent', async () => {
    const { exchange, trader } = await market();
    trader.place('buy', '0.1', '30000', 'gtc');
    await until(() => expect(trader.all('accepted')).toHaveLength(1));
    trader.network.holds = (frame) => frame.includes('cancel_all');
    trader.venue.cancelAll();
    await until(() => expect(openAt(exchange)).toBe(0));
    await until(() => expect(trader.all('open-orders')).toHaveLength(1));
  });

  it('does not say “nothing is open” while a placement may still arrive', async () => {
    const { exchange, trader } = await market();
    let orders = 0;
    trader.network.holds = (frame) => frame.includes('add_order') && orders++ === 0;
    const id = trader.place('buy', '0.1', '30000', 'gtc');
    trader.venue.cancelAll();
    expect(trader.network.sent.at(-1)).toContain('cancel_all');
    // An order on the same connection, answered after the cancel, and then a question by REST: time enough to be wrong.
    const after = trader.place('buy', '0.1', '29000', 'gtc');
    await until(() => expect(trader.kindsOf(after)).toEqual(['accepted']));
    await trader.venue.checkAccount([SYMBOL]);
    expect(trader.all('open-orders')).toEqual([]);
    // The order overtook nothing: it arrives after the cancel, and is canceled before the venue is asked.
    trader.network.release();
    await until(() => expect(trader.all('open-orders')).toHaveLength(1));
    expect(placed(exchange, id)).toBe(1);
    expect(trader.all('open-orders')[0]?.count).toBe(0);
    expect(openAt(exchange)).toBe(0);
  });

  it('asked many times in a row is answered by the venue, and not by every question', async () => {
    const { trader } = await market();
    for (let n = 0; n < 20; n++) trader.venue.cancelAll();
    await until(() => expect(trader.all('open-orders').length).toBeGreaterThan(0));
    expect(trader.network.sent.filter((line) => line.includes('/OpenOrders ')).length).toBeLessThan(10);
  });
});

describe('the dead-man switch', () => {
  it.each([['socket'], ['REST']])('cancels everything when it is not renewed, by %s', async (way) => {
    const { exchange, trader } = await market();
    trader.place('buy', '0.1', '30000', 'gtc');
    await until(() => expect(trader.all('accepted')).toHaveLength(1));
    if (way === 'REST') {
      trader.network.canConnect = false;
      trader.network.cut();
      await until(() => expect(trader.links().at(-1)).toBe('down'));
    }
    trader.venue.keepAlive(1_000);
    await until(() => expect(openAt(exchange)).toBe(0));
    expect(exchange.log.entries.at(-1)).toMatchObject({
      kind: 'canceled',
      detail: 'countdown',
    });
  });

  const isCounting = (exchange: LocalExchange): boolean =>
    exchange.accounts.byKey(TRADER.key)?.stopCountdown !== undefined;

  it('can be ended, and reports the venue’s answer', async () => {
    const { exchange, trader } = await market();
    trader.venue.keepAlive(60_000);
    await until(() => expect(isCounting(exchange)).toBe(true));
    trader.venue.keepAlive(0);
    await until(() => expect(isCounting(exchange)).toBe(false));
    exchange.faults.setSystemStatus('maintenance');
    trader.venue.keepAlive(60_000);
    await until(() => expect(trader.all('guarded')).toHaveLength(3));
    expect(trader.all('guarded')).toMatchObject([
      { timeoutMs: 60_000, refusal: '' },
      { timeoutMs: 0, refusal: '' },
      { timeoutMs: 60_000, refusal: expect.stringContaining('Service:Unavailable') },
    ]);
  });

  it('is ended by stopping once the venue showed that nothing of ours is open, and left running otherwise', async () => {
    const { exchange, trader } = await market();
    trader.venue.keepAlive(60_000);
    trader.place('buy', '0.1', '30000', 'gtc');
    await until(() => expect(trader.all('accepted')).toHaveLength(1));
    await until(() => expect(isCounting(exchange)).toBe(true));
    await trader.venue.stop();
    expect(isCounting(exchange)).toBe(true);
    const another = new Connected(exchange);
    await another.isUp();
    another.venue.cancelAll();
    await until(() => expect(another.all('open-orders')).toHaveLength(1));
    another.venue.keepAlive(60_000);
    await until(() => expect(another.all('guarded')).toHaveLength(1));
    await another.venue.stop();
    expect(isCounting(exchange)).toBe(false);
  });
});

it('after it was stopped it reports nothing, and its orders stay at the venue', async () => {
  const { exchange, trader } = await market();
  trader.place('buy', '0.1', '30000', 'gtc');
  await until(() => expect(trader.all('accepted')).toHaveLength(1));
  await trader.venue.stop();
  const reported = trader.events.length;
  trader.place('buy', '0.1', '30000', 'gtc');
  trader.venue.cancelAll();
  trader.venue.reconcile(0, true);
  await until(() =>
    expect(trader.network.sent.filter((line) => line.includes('/TradesHistory ')).length).toBe(1),
  );
  expect(trader.events).toHaveLength(reported);
  expect(openAt(exchange)).toBe(1);
});

it('no event and no inspection shows key, secret, signature or token', async () => {
  const { exchange, trader } = await market();
  trader.place('buy', '0.1', '30000', 'gtc');
  trader.place('buy', '50', '50000');
  await until(() => expect(trader.all('rejected')).toHaveLength(1));
  trader.network.canConnect = false;
  trader.network.cut();
  await until(() => expect(trader.links().at(-1)).toBe('down'));
  exchange.faults.failNextRest(500, false);
  trader.venue.reconcile(0, true);
  await until(() => expect(trader.all('account-failed')).toHaveLength(1));
  const token = /"token":"([^"]+)"/.exec(trader.network.sent.join())?.[1] ?? 'no token was sent';
  const text = JSON.stringify(trader.events) + inspect(trader.venue, { depth: 12, showHidden: true });
  for (const secret of [TRADER.key, TRADER.secret, token]) {
    expect(secret.length).toBeGreaterThan(15);
    expect(text).not.toContain(secret);
  }
});
