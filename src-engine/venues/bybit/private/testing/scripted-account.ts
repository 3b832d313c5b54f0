/** Bybit's side of an account: the private stream, order entry and the signed REST calls, answered by a script. Signatures are checked. */
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
import { bybitAdapter } from '../../adapter.ts';

type Message = {
  readonly op: string;
  readonly reqId?: string;
  readonly req_id?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly args?: readonly unknown[];
};

export const KEY = 'test_api_key';
export const SECRET = 'test_secret';
export const SYMBOL = 'BTCUSDT';
export const START_US = 1_785_641_751_000_000;

export const hmac = (payload: string): string => createHmac('sha256', SECRET).update(payload).digest('hex');
export const ok = (result: unknown): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ retCode: 0, retMsg: 'OK', result }),
});

/** Our id of the order that a request is about. */
function linkOf(args: Message['args'] = []): string {
  const [order] = args as readonly { readonly orderLinkId?: string }[];
  return order?.orderLinkId ?? '';
}

export class ScriptedAccount implements Network {
  readonly clock = new SimulatedClock(START_US);
  /** Messages of the connections, in order. */
  readonly sent: Message[] = [];
  /** Signed REST calls, in order, with their query or body. */
  readonly asked: { readonly call: string; readonly params: Readonly<Record<string, unknown>> }[] = [];
  readonly rest = new Map<string, (params: Readonly<Record<string, unknown>>) => HttpAnswer>();
  /** Order entry takes no connection. */
  hasNoTrade = false;
  /** Answers to subscriptions do not repeat the id that was given. */
  hasNoIds = false;
  /** Venue's clock minus ours. */
  skewMs = 0;
  readonly #events = new Map<'private' | 'trade', ConnectionEvents>();

  connect(url: string, _options: object, events: ConnectionEvents): Connection {
    const name = url.endsWith('/trade') ? 'trade' : 'private';
    this.#events.set(name, events);
    if (name === 'trade' && this.hasNoTrade) queueMicrotask(() => events.onClose(1006, 'down'));
    else queueMicrotask(() => events.onOpen());
    return scriptedConnection(events, (text) => {
      const message = JSON.parse(text) as Message;
      this.sent.push(message);
      queueMicrotask(() => this.#answerSession(name, message));
    });
  }

  async request({ method, url, headers, body = '' }: HttpRequest): Promise<HttpAnswer> {
    const { pathname, search, searchParams } = new URL(url);
    if (pathname === '/v5/market/time') return ok({ timeNano: `${this.serverMs}000000` });
    const text = method === 'GET' ? search.slice(1) : body;
    const [stamp = '', window = ''] = [headers['X-BAPI-TIMESTAMP'], headers['X-BAPI-RECV-WINDOW']];
    if (headers['X-BAPI-SIGN'] !== hmac(`${stamp}${KEY}${window}${text}`))
      return { status: 200, body: '{"retCode":10004,"retMsg":"error sign!"}' };
    if (Math.abs(Number(stamp) - this.serverMs) > Number(window))
      return { status: 200, body: '{"retCode":10002,"retMsg":"invalid request, check your timestamp"}' };
    const params = method === 'GET' ? Object.fromEntries(searchParams) : (JSON.parse(body) as object);
    this.asked.push({ call: `${method} ${pathname}`, params: { ...params } });
    const answer = this.rest.get(`${method} ${pathname}`);
    if (answer === undefined) throw new Error(`no answer to ${method} ${pathname} was scripted`);
    return answer({ ...params });
  }

  get serverMs(): number {
    return Math.floor(this.clock.nowUs() / 1_000) + this.skewMs;
  }

  say(name: 'private' | 'trade', frame: object): void {
    this.#events.get(name)?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  /** A row of a topic of the private stream. */
  push(topic: string, row: object): void {
    this.say('private', { id: 'x', topic, creationTime: 1, data: [row] });
  }

  /** Answers the placement of this order. */
  answer(orderId: string, more: object): void {
    const isIts = ({ op, args }: Message): boolean => op === 'order.create' && linkOf(args) === orderId;
    const { reqId } = this.sent.findLast(isIts) ?? {};
    this.say('trade', { reqId, op: 'order.create', header: {}, connId: 'x', ...more });
  }

  cut(): void {
    for (const events of this.#events.values()) events.onClose(1006, 'cut');
  }

  #answerSession(name: 'private' | 'trade', { op, req_id, args = [] }: Message): void {
    if (op === 'ping') this.say(name, { op: 'pong', success: true, retCode: 0 });
    if (op === 'auth') {
      const [key, expires, signature] = args;
      const isFit = key === KEY && signature === hmac(`GET/realtime${String(expires)}`);
      const trade = { retCode: isFit ? 0 : 10004, retMsg: isFit ? 'OK' : 'bad', op, connId: 'x' };
      this.say(name, name === 'trade' ? trade : { success: isFit, ret_msg: '', op, req_id });
    }
    const id = this.hasNoIds ? {} : { req_id };
    if (op === 'subscribe') this.say(name, { success: true, ret_msg: '', op, ...id, conn_id: 'x' });
  }
}

export function openAccount(
  peer: ScriptedAccount,
  earlierOrders?: readonly { readonly orderId: string; readonly symbol: string }[],
) {
  const access = bybitAdapter.account;
  if (access === undefined) throw new Error('Bybit has accounts');
  return access.open({
    clock: peer.clock,
    network: peer,
    random: () => 0.5,
    credential: { key: KEY, secret: SECRET },
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    earlierOrders,
  });
}

export const venueId = (id: string): string => `venue-${id.slice(0, 6)}`;

/** A row of an order, open or ended. */
export const orderRow = (id: string, more: object = {}): object => ({
  category: 'spot',
  symbol: SYMBOL,
  orderId: venueId(id),
  orderLinkId: id,
  side: 'Buy',
  price: '100',
  qty: '2',
  orderStatus: 'New',
  cumExecQty: '0',
  rejectReason: 'EC_NoError',
  cancelType: 'UNKNOWN',
  updatedTime: String(START_US / 1_000),
  ...more,
});

export const fillRow = (id: string, more: object = {}): object => ({
  category: 'spot',
  symbol: SYMBOL,
  orderId: venueId(id),
  orderLinkId: id,
  execType: 'Trade',
  execId: 'e-1',
  execPrice: '100',
  execQty: '1',
  execValue: '100',
  execFee: '0.001',
  feeCurrency: 'BTC',
  execTime: String(START_US / 1_000),
  ...more,
});

export const WALLET = {
  list: [{ accountType: 'UNIFIED', coin: [{ coin: 'USDT', walletBalance: '1000', locked: '0' }] }],
};

export function bybitAccountRig(): AccountRig {
  const peer = new ScriptedAccount();
  const open: string[] = [];
  peer.rest.set('GET /v5/order/realtime', () =>
    ok({ list: open.map((id) => orderRow(id)), nextPageCursor: '' }),
  );
  peer.rest.set('POST /v5/order/cancel-all', () => ok({ list: [], success: '1' }));
  const venue = openAccount(peer);
  const events: AccountRig['events'] = [];
  return {
    adapter: bybitAdapter,
    clock: peer.clock,
    venue,
    events,
    symbol: SYMBOL,
    codes: {
      refused: ['10001', '10002', '10004', '10005', '10006', '170131', '170140', '170194', '170222'],
      unknown: ['10000', '10016', '10019', '10404', '170007', '170141', '110072', '99999'],
    },
    open,
    settle,
    async up() {
      venue.connect((event) => events.push(event));
      await settle();
    },
    placed: () => peer.sent.flatMap(({ op, args }) => (op === 'order.create' ? [linkOf(args)] : [])),
    canceledAll: () =>
      peer.asked.flatMap(({ call }) => (call === 'POST /v5/order/cancel-all' ? ['account'] : [])),
    ack: (id) =>
      peer.answer(id, { retCode: 0, retMsg: 'OK', data: { orderId: venueId(id), orderLinkId: id } }),
    refuse: (id, code) => peer.answer(id, { retCode: Number(code), retMsg: 'no', data: {} }),
    opened: (id) => peer.push('order.spot', orderRow(id)),
    fill: (id, { number, price, qty, fee, feeAsset }: RigFill) =>
      peer.push(
        'execution.spot',
        fillRow(id, {
          execId: `e-${number}`,
          execPrice: price,
          execQty: qty,
          execFee: fee,
          feeCurrency: feeAsset,
        }),
      ),
    canceled: (id, filledQty) =>
      peer.push(
        'order.spot',
        orderRow(id, { orderStatus: 'PartiallyFilledCanceled', cumExecQty: filledQty }),
      ),
    unreadable: (id) => peer.push('execution.spot', fillRow(id, { execPrice: 'cheap' })),
    cut: () => peer.cut(),
  };
}

export const bybitKeyRig: KeyRig = {
  fit: ['read-write', 'SpotTrade'],
  withdraws: ['read-write', 'SpotTrade', 'Withdraw'],
  check(rights) {
    const peer = new ScriptedAccount();
    const permissions = {
      ContractTrade: [],
      Spot: rights.filter((name) => name === 'SpotTrade'),
      Wallet: rights.filter((name) => name === 'Withdraw'),
    };
    const readOnly = rights.includes('read-write') ? 0 : 1;
    peer.rest.set('GET /v5/user/query-api', () => ok({ readOnly, permissions, ips: ['*'] }));
    return openAccount(peer).checkAccount([]);
  },
};
