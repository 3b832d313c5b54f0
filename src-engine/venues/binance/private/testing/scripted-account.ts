/** Binance's side of an account: the WebSocket API and the signed REST calls, answered by a script. Signatures are checked. */
import { createHmac } from 'node:crypto';
import { SimulatedClock } from '../../../../runner/simulated-clock.ts';
import {
  type AccountRig,
  type KeyRig,
  type RigFill,
  settle,
} from '../../../conformance/testing/account-rig.ts';
import { scriptedConnection } from '../../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, HttpRequest, Network } from '../../../network.ts';
import { venueAdapter } from '../../../registry.ts';
import { binanceAdapter } from '../../adapter.ts';
import { BINANCE, BINANCE_US, type BinanceDialect } from '../../dialect.ts';

type Message = {
  readonly id: number | string;
  readonly method: string;
  readonly params?: Readonly<Record<string, string | number>>;
};

/** The example key of Binance's documents. */
export const KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
export const SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
export const SYMBOL = 'BTCUSDT';
const START_US = 1_785_641_751_000_000;

export class ScriptedAccount implements Network {
  readonly clock = new SimulatedClock(START_US);
  /** Messages of the socket, in order. */
  readonly sent: Message[] = [];
  /** `GET /api/v3/openOrders` with the parameters but for time and signature. */
  readonly asked: { readonly call: string; readonly params: URLSearchParams }[] = [];
  /** Answers of REST by path; a function of the parameters where it depends on them. */
  readonly rest = new Map<string, (params: URLSearchParams) => HttpAnswer | Promise<HttpAnswer>>();
  /** Answers the steps of a session by itself. */
  answersSession = true;
  /** Venue's clock minus ours. */
  skewMs = 0;
  connections = 0;
  /** Keys of user data streams that were given out, and how often one was kept. */
  listenKeys = 0;
  kept = 0;
  /** Answers calls for such keys: refused while it is false. */
  givesKeys = true;
  /** A user data stream answers what it is asked. */
  streamLives = true;
  /** Addresses of user data streams. */
  readonly streams: string[] = [];
  #events: ConnectionEvents | undefined;
  #stream: ConnectionEvents | undefined;

  connect(url: string, _options: object, events: ConnectionEvents): Connection {
    queueMicrotask(() => events.onOpen());
    if (url.includes('/ws/')) {
      this.streams.push(url);
      this.#stream = events;
      return scriptedConnection(events, (text) => {
        const { id, method } = JSON.parse(text) as Message;
        if (method !== 'LIST_SUBSCRIPTIONS' || !this.streamLives) return;
        queueMicrotask(() => events.onMessage(Buffer.from(JSON.stringify({ result: [], id }))));
      });
    }
    this.connections++;
    this.#events = events;
    return scriptedConnection(events, (text) => {
      const message = JSON.parse(text) as Message;
      this.sent.push(message);
      queueMicrotask(() => this.#answerSession(message));
    });
  }

  async request({ method, url, headers }: HttpRequest): Promise<HttpAnswer> {
    const { pathname, search, searchParams } = new URL(url);
    if (pathname === '/api/v3/time') return ok({ serverTime: this.serverMs });
    if (pathname === '/api/v3/userDataStream') return this.#userDataStream(method, searchParams, headers);
    const [query = '', signature = ''] = search.slice(1).split('&signature=');
    if (headers['X-MBX-APIKEY'] !== KEY || decodeURIComponent(signature) !== hmac(query)) {
      return { status: 400, body: '{"code":-1022,"msg":"Signature for this request is not valid."}' };
    }
    const [stamp, window] = [Number(searchParams.get('timestamp')), Number(searchParams.get('recvWindow'))];
    if (Math.abs(stamp - this.serverMs) > window)
      return { status: 400, body: '{"code":-1021,"msg":"Timestamp for this request is outside."}' };
    for (const name of ['timestamp', 'recvWindow', 'signature']) searchParams.delete(name);
    this.asked.push({ call: `${method} ${pathname}`, params: searchParams });
    const answer = this.rest.get(`${method} ${pathname}`);
    if (answer === undefined) throw new Error(`no answer to ${method} ${pathname} was scripted`);
    return answer(searchParams);
  }

  get serverMs(): number {
    return Math.floor(this.clock.nowUs() / 1_000) + this.skewMs;
  }

  say(frame: object): void {
    this.#events?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  event(event: object): void {
    if (this.#stream === undefined) this.say({ subscriptionId: 0, event });
    // On a connection of its own an event stands by itself.
    else this.#stream.onMessage(Buffer.from(JSON.stringify(event)));
  }

  cutStream(): void {
    this.#stream?.onClose(1006, 'cut');
  }

  /** Keys are asked for with the API key, and without a signature. */
  #userDataStream(method: string, params: URLSearchParams, headers: HttpRequest['headers']): HttpAnswer {
    if (headers['X-MBX-APIKEY'] !== KEY || params.has('signature') || !this.givesKeys)
      return { status: 400, body: '{"code":-1125,"msg":"This listenKey does not exist."}' };
    if (method === 'POST') return ok({ listenKey: `made-key-${++this.listenKeys}` });
    this.kept++;
    return ok({});
  }

  /** Answers the last message of this method. */
  answer(method: string, more: object, find: (message: Message) => boolean = () => true): void {
    const message = this.sent.findLast((one) => one.method === method && find(one));
    this.say({ id: message?.id, ...more });
  }

  cut(): void {
    this.#events?.onClose(1006, 'cut');
  }

  #answerSession({ id, method }: Message): void {
    if (method === 'ping') this.say({ id, status: 200, result: {} });
    if (method === 'time') this.say({ id, status: 200, result: { serverTime: this.serverMs } });
    if (!this.answersSession) return;
    if (method === 'session.logon') this.say({ id, status: 200, result: { serverTime: this.serverMs } });
    if (method.startsWith('userDataStream.subscribe'))
      this.say({ id, status: 200, result: { subscriptionId: 0 } });
  }
}

export const ok = (result: unknown): HttpAnswer => ({ status: 200, body: JSON.stringify(result) });

export const hmac = (payload: string): string => createHmac('sha256', SECRET).update(payload).digest('hex');

export function openAccount(
  peer: ScriptedAccount,
  more: { readonly secret?: string; readonly earlierOrders?: { orderId: string; symbol: string }[] } = {},
  dialect: BinanceDialect = BINANCE,
) {
  const access = binanceAdapter(dialect).account;
  if (access === undefined) throw new Error('Binance has accounts');
  const { secret = SECRET, earlierOrders } = more;
  return access.open({
    clock: peer.clock,
    network: peer,
    random: () => 0.5,
    credential: { key: KEY, secret },
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    earlierOrders,
  });
}

export const BALANCES = { balances: [{ asset: 'USDT', free: '1000.00000000', locked: '0.00000000' }] };

/** An `executionReport` of our order, or of another's. */
export function report(orderId: string, more: object): object {
  const order = { e: 'executionReport', E: 1, s: SYMBOL, c: orderId, S: 'BUY', C: '', i: 4_293_153 };
  const state = { X: 'NEW', r: 'NONE', z: '0.00000000', T: START_US / 1_000 };
  const trade = { l: '0.00000000', L: '0.00000000', n: '0', N: null, t: -1 };
  return { ...order, ...state, ...trade, ...more };
}

export const binanceAccountRig = (): AccountRig => accountRig(BINANCE);
export const binanceUsAccountRig = (): AccountRig => accountRig(BINANCE_US);

function accountRig(dialect: BinanceDialect): AccountRig {
  const peer = new ScriptedAccount();
  const open: string[] = [];
  const row = (id: string) => ({
    symbol: SYMBOL,
    orderId: 1,
    clientOrderId: id,
    status: 'NEW',
    side: 'BUY',
    price: '1',
    origQty: '1',
    executedQty: '0',
  });
  peer.rest.set('GET /api/v3/openOrders', () => ok(open.map(row)));
  peer.rest.set('DELETE /api/v3/openOrders', () => ok([]));
  const venue = openAccount(peer, {}, dialect);
  const events: AccountRig['events'] = [];
  const numberOf = (id: string): number => 1_000 + Number.parseInt(id.slice(0, 6), 16);
  const placementOf = (id: string) => (one: Message) => one.params?.['newClientOrderId'] === id;
  const say = (id: string, more: object): void => peer.event(report(id, { i: numberOf(id), ...more }));
  return {
    adapter: venueAdapter(dialect.venue, 'venue'),
    clock: peer.clock,
    venue,
    events,
    symbol: SYMBOL,
    codes: {
      refused: [
        '400 -1013',
        '400 -2010',
        '400 -1111',
        '400 -2015',
        '400 -1021',
        '429 -1003',
        '418 -1003',
        '400 -1015',
      ],
      unknown: [
        '504 -1007',
        '503 -1008',
        '500 -1000',
        '400 -1000',
        '400 -1001',
        '400 -1006',
        '400 -1007',
        '400 -99999',
      ],
    },
    open,
    settle,
    async up() {
      venue.connect((event) => events.push(event));
      await settle();
    },
    placed: () =>
      peer.sent.flatMap(({ method, params }) =>
        method === 'order.place' ? [String(params?.['newClientOrderId'])] : [],
      ),
    canceledAll: () =>
      peer.sent.flatMap(({ method, params }) =>
        method === 'openOrders.cancelAll' ? [String(params?.['symbol'])] : [],
      ),
    ack: (id) =>
      peer.answer('order.place', { status: 200, result: { orderId: numberOf(id) } }, placementOf(id)),
    refuse(id, text) {
      const [status, code] = text.split(' ').map(Number);
      peer.answer('order.place', { status, error: { code, msg: 'no' } }, placementOf(id));
    },
    opened: (id) => say(id, { x: 'NEW' }),
    fill: (id, { number, price, qty, fee, feeAsset }: RigFill) =>
      say(id, { x: 'TRADE', X: 'PARTIALLY_FILLED', t: number, L: price, l: qty, n: fee, N: feeAsset }),
    canceled: (id, filledQty) =>
      say(id, { x: 'EXPIRED', X: 'EXPIRED', eR: 'UNFILLED_IOC_QUANTITY_EXPIRED', z: filledQty }),
    unreadable: (id) =>
      say(id, { x: 'TRADE', X: 'PARTIALLY_FILLED', t: 7, L: 'cheap', l: '1', n: '0', N: 'BTC' }),
    cut: () => peer.cut(),
  };
}

export const binanceKeyRig = keyRig(BINANCE);
export const binanceUsKeyRig = keyRig(BINANCE_US);

function keyRig(dialect: BinanceDialect): KeyRig {
  return {
    fit: ['enableReading', 'enableSpotAndMarginTrading'],
    withdraws: ['enableReading', 'enableSpotAndMarginTrading', 'enableWithdrawals'],
    check(rights) {
      const peer = new ScriptedAccount();
      const names = ['enableReading', 'enableSpotAndMarginTrading', 'enableWithdrawals', 'ipRestrict'];
      const restrictions = Object.fromEntries(names.map((name) => [name, rights.includes(name)]));
      peer.rest.set('GET /sapi/v1/account/apiRestrictions', () => ok({ ...restrictions, createTime: 1 }));
      peer.rest.set('GET /api/v3/account', () => ok(BALANCES));
      return openAccount(peer, {}, dialect).checkAccount([]);
    },
  };
}
