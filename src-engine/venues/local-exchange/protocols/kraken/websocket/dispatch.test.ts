/** WebSocket v2 without a socket: what a client sends, and the exact frames that it gets. */
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../../../runner/simulated-clock.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import { KrakenExchange } from '../kraken-exchange.ts';
import { selectPairs } from '../pairs.ts';
import { TOKEN_LIFE_US } from '../socket-tokens.ts';
import { dispatch } from './dispatch.ts';
import { Session } from './session.ts';
import { StreamHub } from './stream-hub.ts';

const TIMES = '"time_in":"2026-05-28T20:26:40.000000Z","time_out":"2026-05-28T20:26:40.000000Z"';

class Client {
  readonly frames: string[] = [];
  readonly session: Session;
  terminated = false;
  bufferedAmount = 0;
  readonly #core: KrakenExchange;
  readonly #hub: StreamHub;

  constructor(core: KrakenExchange, hub: StreamHub) {
    this.#core = core;
    this.#hub = hub;
    this.session = new Session(1, this, core.clock, core.faults, core.tokens);
    hub.sessions.add(this.session);
  }

  send(frame: string): void {
    this.frames.push(frame);
  }

  terminate(): void {
    this.terminated = true;
  }

  /** Sends a request and answers the frames that it caused. */
  ask(request: unknown): string[] {
    this.frames.length = 0;
    dispatch(
      this.#core,
      this.#hub,
      this.session,
      typeof request === 'string' ? request : JSON.stringify(request),
    );
    return [...this.frames];
  }
}

function rig(): {
  core: KrakenExchange;
  clock: SimulatedClock;
  client: Client;
  token: string;
  maker: Account;
} {
  const clock = new SimulatedClock(1_780_000_000_000_000);
  const secret = Buffer.from('x').toString('base64');
  const core = new KrakenExchange({
    pairs: selectPairs(['BTC/USD', 'ETH/USD']),
    fees: 'demo',
    accounts: [
      { name: 'a', key: 'a', secret, balances: { USD: '10000', BTC: '1' } },
      { name: 'maker', key: 'm', secret, balances: { BTC: '1' } },
    ],
    clock,
  });
  const [account, maker] = core.accounts.all() as [Account, Account];
  return {
    core,
    clock,
    client: new Client(core, new StreamHub(core)),
    token: core.tokens.issue(account, clock.nowUs()),
    maker,
  };
}

/** What each frame is about: its execution type, channel or method. */
function kinds(frames: readonly string[]): string[] {
  return frames.map(
    (frame) =>
      /"exec_type":"(\w+)"/.exec(frame)?.[1] ?? /"(?:channel|method)":"(\w+)"/.exec(frame)?.[1] ?? '',
  );
}

describe('WebSocket v2', () => {
  it('acknowledges a subscription as Kraken does, one symbol at a time, then sends the snapshot', () => {
    const { client } = rig();
    const subscribe = {
      method: 'subscribe',
      params: { channel: 'book', symbol: ['BTC/USD', 'NOPE/USD'], depth: 25 },
      req_id: 9,
    };
    const [ack, error, snapshot] = client.ask(subscribe);
    expect(ack).toBe(
      `{"method":"subscribe","req_id":9,"result":{"channel":"book","depth":25,"snapshot":true,"symbol":"BTC/USD"},"success":true,${TIMES}}`,
    );
    expect(error).toBe(
      `{"error":"Currency pair not supported NOPE/USD","method":"subscribe","req_id":9,"success":false,"symbol":"NOPE/USD",${TIMES}}`,
    );
    expect(snapshot).toBe(
      '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[],"asks":[],"checksum":0,"timestamp":"2026-05-28T20:26:40.000000Z"}]}',
    );
    expect(client.ask({ ...subscribe, params: { ...subscribe.params, depth: 10 } })[0]).toContain(
      '"error":"Already subscribed"',
    );
    expect(client.ask({ ...subscribe, params: { ...subscribe.params, depth: 11 } })[0]).toContain(
      '"error":"Subscription depth not supported"',
    );
    const leave = { method: 'unsubscribe', params: { channel: 'book', symbol: ['BTC/USD'], depth: 25 } };
    expect(client.ask(leave)).toEqual([
      `{"method":"unsubscribe","result":{"channel":"book","depth":25,"symbol":"BTC/USD"},"success":true,${TIMES}}`,
    ]);
    expect(client.ask(leave)[0]).toContain('"error":"Subscription Not Found"');
  });

  it('answers ping, and refuses what is not a request', () => {
    const { client } = rig();
    expect(client.ask({ method: 'ping', req_id: 5 })).toEqual([
      `{"method":"pong","req_id":5,"success":true,${TIMES}}`,
    ]);
    expect(client.ask('{')[0]).toContain('"error":"Malformed request"');
    expect(client.ask({ method: 'constructor', params: {} })[0]).toContain('"success":false');
    expect(client.ask({ method: 'subscribe', params: { channel: 'weather' } })[0]).toContain(
      'Subscription name invalid',
    );
  });

  it('reports an order’s whole life on executions and balances, in sequence', () => {
    const { client, token, core } = rig();
    client.ask({ method: 'subscribe', params: { channel: 'executions', token } });
    client.ask({ method: 'subscribe', params: { channel: 'balances', token } });
    expect(client.frames[1]).toContain('{"asset":"BTC","asset_class":"currency","balance":1,');
    client.ask({
      method: 'add_order',
      params: {
        token,
        order_type: 'limit',
        side: 'sell',
        symbol: 'BTC/USD',
        order_qty: 0.002,
        limit_price: 90000.5,
        cl_ord_id: 'mine',
      },
    });
    const order = core.accounts.all()[0]?.findOpen('mine')?.orderId;
    expect(kinds(client.frames)).toEqual(['pending_new', 'new', 'add_order']);
    expect(client.frames[0]).toContain('"order_qty":0.00200000,');
    expect(client.frames[0]).toContain('"limit_price":90000.5,');
    expect(client.frames[2]).toContain(`"result":{"cl_ord_id":"mine","order_id":"${order}"},"success":true`);
    expect(
      client.ask({ method: 'amend_order', params: { token, cl_ord_id: 'mine', order_qty: 0.001 } })[0],
    ).toContain('"exec_type":"amended","order_status":"new","cum_qty":0.00000000');
    const cancel = client.ask({
      method: 'cancel_order',
      params: { token, order_id: [order, 'NONE'] },
      req_id: 3,
    });
    expect(kinds(cancel)).toEqual(['canceled', 'cancel_order', 'cancel_order']);
    expect(cancel[0]).toContain('"reason":"User requested"');
    expect(cancel[2]).toContain(
      '"error":"EOrder:Unknown order","method":"cancel_order","req_id":3,"success":false',
    );
    expect(cancel[0]).toContain('"sequence":5}');
  });

  it('reports a fill with price, fee and balances', () => {
    const { client, token, core, maker } = rig();
    const market = core.market('BTC/USD');
    client.ask({ method: 'subscribe', params: { channel: 'executions', token } });
    client.ask({ method: 'subscribe', params: { channel: 'balances', token, snapshot: false } });
    client.ask({ method: 'subscribe', params: { channel: 'trade', symbol: ['BTC/USD'] } });
    core.desk.place(maker, market, { side: 'sell', type: 'limit', price: '80000', qty: '0.01' });
    const frames = client.ask({
      method: 'add_order',
      params: { token, order_type: 'market', side: 'buy', symbol: 'BTC/USD', order_qty: 0.004 },
    });
    const trade = frames.find((frame) => frame.includes('"exec_type":"trade"')) ?? '';
    expect(trade).toContain(
      '"side":"buy","last_qty":0.00400000,"last_price":80000.0,"liquidity_ind":"t","cost":320,',
    );
    expect(trade).toContain('"fees":[{"asset":"USD","qty":0.16}]');
    const filled = frames.find((frame) => frame.includes('"exec_type":"filled"')) ?? '';
    expect(filled).toContain('"cum_qty":0.00400000,"cum_cost":320,"avg_price":80000.0,');
    const ledger = frames.find((frame) => frame.startsWith('{"channel":"balances"')) ?? '';
    expect(ledger).toContain('"amount":0.004,"fee":0,"balance":1.004}');
    expect(ledger).toContain('"amount":-320,"fee":0.16,"balance":9679.84}');
    expect(frames.find((frame) => frame.startsWith('{"channel":"trade"'))).toBe(
      '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":80000.0,"qty":0.00400000,"ord_type":"market","trade_id":1,"timestamp":"2026-05-28T20:26:40.000000Z"}]}',
    );
  });

  it('keeps every digit of a number, exponents included', () => {
    const { client, token } = rig();
    const frames = client.ask(
      `{"method":"add_order","params":{"token":"${token}","order_type":"limit","side":"buy","symbol":"BTC/USD","order_qty":1.00000001,"limit_price":9e2}}`,
    );
    expect(frames[0]).toContain('"success":true');
    const absurd = `{"method":"add_order","params":{"token":"${token}","order_type":"limit","side":"buy","symbol":"BTC/USD","order_qty":1e999999999,"limit_price":1}}`;
    expect(client.ask(absurd)[0]).toContain('EGeneral:Invalid arguments:volume');
    client.ask({ method: 'subscribe', params: { channel: 'executions', token } });
    expect(client.frames[1]).toContain('"order_qty":1.00000001,');
    expect(client.frames[1]).toContain('"limit_price":900.0,');
  });

  it('refuses to trade in maintenance and without a session', () => {
    const { client, token, core } = rig();
    const cancelAll = { method: 'cancel_all', params: { token } };
    expect(client.ask({ method: 'cancel_all', params: { token: 'forged' } })[0]).toContain(
      '"error":"ESession:Invalid session","method":"cancel_all","success":false',
    );
    core.faults.setSystemStatus('maintenance');
    expect(client.ask(cancelAll)[0]).toContain('"error":"EService:Unavailable"');
    core.faults.setSystemStatus('cancel_only');
    expect(client.ask(cancelAll)[0]).toContain('"result":{"count":0},"success":true');
  });

  it('sends batches, cancels all, and counts down', () => {
    const { client, token } = rig();
    const item = { order_type: 'limit', side: 'buy', order_qty: 0.001, limit_price: 50_000 };
    const batch =
      client.ask({ method: 'batch_add', params: { token, symbol: 'BTC/USD', orders: [item, item] } })[0] ??
      '';
    const ids = [...batch.matchAll(/"order_id":"(\w+-\w+-\w+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(2);
    expect(client.ask({ method: 'batch_cancel', params: { token, orders: ids } })[0]).toContain(
      '"orders_cancelled":2,"success":true',
    );
    client.ask({ method: 'batch_add', params: { token, symbol: 'BTC/USD', orders: [item, item, item] } });
    const after = client.ask({ method: 'cancel_all_orders_after', params: { token, timeout: 60 } })[0];
    expect(after).toContain(
      '"result":{"currentTime":"2026-05-28T20:26:40Z","triggerTime":"2026-05-28T20:27:40Z"}',
    );
    expect(client.ask({ method: 'cancel_all', params: { token } })[0]).toContain(
      '"result":{"count":3},"success":true',
    );
  });

  it('lets a token wait 15 minutes for its first use, and then live as long as its connection', () => {
    const { client, token, clock, core } = rig();
    const subscribe = (channel: string, by: string): string =>
      client.ask({ method: 'subscribe', params: { channel, token: by } })[0] ?? '';
    expect(subscribe('balances', 'forged')).toContain('ESession:Invalid session');
    expect(subscribe('balances', token)).toContain('"success":true');
    const unused = core.tokens.issue(core.accounts.all()[0] as Account, clock.nowUs());
    clock.advanceTo(clock.nowUs() + TOKEN_LIFE_US + 1);
    expect(subscribe('executions', unused)).toContain('ESession:Invalid session');
    expect(subscribe('executions', token)).toContain('"success":true');
  });

  it('goes silent, delays, duplicates, and cuts off a client that does not read', () => {
    const { client, core, clock } = rig();
    core.faults.silence(true);
    expect(client.ask({ method: 'ping' })).toEqual([]);
    core.faults.silence(false);
    core.faults.duplicateNextFrame();
    const frames = client.ask({ method: 'subscribe', params: { channel: 'instrument' } });
    expect(frames).toHaveLength(3);
    expect(frames[1]).toBe(frames[2]);
    core.faults.delayFrames(500_000);
    expect(client.ask({ method: 'ping' })).toEqual([]);
    clock.advanceTo(clock.nowUs() + 500_000);
    expect(client.frames).toHaveLength(1);
    core.faults.delayFrames(0);
    client.bufferedAmount = 9 * 1024 * 1024;
    expect(client.ask({ method: 'ping' })).toEqual([]);
    expect(client.terminated).toBe(true);
  });
});
