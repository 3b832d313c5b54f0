/** KuCoin's side of an account: the private connection and the signed REST calls, answered by a script. Signatures are checked. */
import { createHmac } from 'node:crypto';
import type { OrderId } from '../../../../domain/ids.ts';
import { SimulatedClock } from '../../../../runner/simulated-clock.ts';
import {
  type AccountRig,
  type KeyRig,
  type RigFill,
  settle,
} from '../../../conformance/testing/account-rig.ts';
import { scriptedConnection } from '../../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, HttpRequest, Network } from '../../../network.ts';
import { kucoinAdapter } from '../../adapter.ts';

type Params = Readonly<Record<string, unknown>>;
type Message = { readonly id?: string; readonly type: string; readonly topic?: string };

export const KEY = 'key-of-a-test';
const WORD = 'f03a5284-5c39-4aaa-9b20-dea10bdcf8e3';
const PASSPHRASE = 'a pass phrase';
export const CREDENTIAL = { key: KEY, secret: WORD, passphrase: PASSPHRASE };
export const SYMBOL = 'BTC-USDT';
export const START_US = 1_785_641_751_000_000;

const hmac = (payload: string): string => createHmac('sha256', WORD).update(payload).digest('base64');
export const ok = (data: unknown): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ code: '200000', data }),
});
export const refused = (code: string, headers?: Record<string, string>): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ code, msg: 'no' }),
  headers,
});

export class ScriptedAccount implements Network {
  readonly clock = new SimulatedClock(START_US);
  /** Messages of the connection, in order. */
  readonly sent: Message[] = [];
  /** Addresses of the connections. */
  readonly urls: string[] = [];
  /** Signed REST calls, in order, with their query or body. */
  readonly asked: { readonly call: string; readonly params: Params }[] = [];
  readonly rest = new Map<string, (params: Params) => HttpAnswer>();
  /** Venue's clock minus ours. */
  skewMs = 0;
  /** Orders that named another time than their signature. */
  refusals = 0;
  /** Acknowledgements do not repeat the id that was given. */
  hasNoIds = false;
  #events: ConnectionEvents | undefined;
  /** Placements without an answer, by the order's id. */
  readonly #pending = new Map<
    OrderId,
    { readonly answer: (given: HttpAnswer) => void; readonly fail: (reason: Error) => void }
  >();
  #tokens = 0;

  connect(url: string, _options: object, events: ConnectionEvents): Connection {
    this.#events = events;
    this.urls.push(url);
    queueMicrotask(() => {
      events.onOpen();
      this.say({ id: 'x', type: 'welcome' });
    });
    return scriptedConnection(events, (text) => {
      const message = JSON.parse(text) as Message;
      this.sent.push(message);
      const id = this.hasNoIds ? {} : { id: message.id };
      if (message.type === 'subscribe') queueMicrotask(() => this.say({ ...id, type: 'ack' }));
      if (message.type === 'ping') queueMicrotask(() => this.say({ ...id, type: 'pong' }));
    });
  }

  async request({ method, url, headers, body = '', timeoutMs }: HttpRequest): Promise<HttpAnswer> {
    const { pathname, search, searchParams } = new URL(url);
    if (pathname === '/api/v1/timestamp') return ok(this.serverMs);
    const stamp = headers['KC-API-TIMESTAMP'] ?? '';
    const isSigned =
      headers['KC-API-KEY'] === KEY &&
      headers['KC-API-SIGN'] === hmac(`${stamp}${method}${pathname}${search}${body}`) &&
      headers['KC-API-PASSPHRASE'] === hmac(PASSPHRASE) &&
      headers['KC-API-KEY-VERSION'] === '2';
    if (!isSigned) return refused('400005');
    if (Math.abs(Number(stamp) - this.serverMs) > 5_000) return refused('400002');
    const params: Params = body === '' ? Object.fromEntries(searchParams) : (JSON.parse(body) as Params);
    const call = `${method} ${pathname}`;
    const { clientTimestamp = Number(stamp) } = params;
    if (clientTimestamp !== Number(stamp)) {
      this.refusals++;
      return refused('400100');
    }
    // Only where a test says so is there anything to be found among stop orders.
    if (call === 'GET /api/v1/stop-order' && !this.rest.has(call)) return ok({ totalPage: 0, items: [] });
    this.asked.push({ call, params });
    const answer = this.rest.get(call);
    if (answer !== undefined) return answer(params);
    if (call === 'POST /api/v1/bullet-private') {
      const server = { endpoint: 'wss://ws-api.kucoin.com', protocol: 'websocket', pingInterval: 18_000 };
      return ok({ token: `token-${++this.#tokens}`, instanceServers: [server] });
    }
    if (call !== 'POST /api/v1/hf/orders') throw new Error(`no answer to ${call} was scripted`);
    return await new Promise((resolve, reject) => {
      const stop = this.clock.schedule(this.clock.nowUs() + timeoutMs * 1_000, () =>
        reject(new Error(`no answer within ${timeoutMs} ms`)),
      );
      const end =
        <A>(act: (given: A) => void) =>
        (given: A): void => {
          stop();
          act(given);
        };
      this.#pending.set(String(params['clientOid']), { answer: end(resolve), fail: end(reject) });
    });
  }

  get serverMs(): number {
    return Math.floor(this.clock.nowUs() / 1_000) + this.skewMs;
  }

  say(frame: object): void {
    this.#events?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  push(data: unknown, topic = '/spotMarket/tradeOrdersV2'): void {
    this.say({ type: 'message', topic, subject: 'orderChange', channelType: 'private', data });
  }

  /** Answers the placement of this order. */
  answer(orderId: OrderId, given: HttpAnswer): void {
    this.#pending.get(orderId)?.answer(given);
  }

  cut(): void {
    for (const { fail } of this.#pending.values()) fail(new Error('cut'));
    this.#events?.onClose(1006, 'cut');
  }
}

export function openAccount(
  peer: ScriptedAccount,
  earlierOrders?: readonly { readonly orderId: string; readonly symbol: string }[],
) {
  const access = kucoinAdapter.account;
  if (access === undefined) throw new Error('KuCoin has accounts');
  return access.open({
    clock: peer.clock,
    network: peer,
    random: () => 0.5,
    credential: CREDENTIAL,
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    earlierOrders,
  });
}

export const venueId = (id: string): string => `venue-${id.slice(0, 6)}`;

/** An order as lists have it. */
export const orderRow = (id: string, more: object = {}): object => ({
  id: venueId(id),
  clientOid: id,
  symbol: SYMBOL,
  side: 'buy',
  price: '100',
  size: '2',
  dealSize: '0',
  cancelExist: false,
  active: true,
  ...more,
});

/** A message about an order. */
export const change = (id: string, more: object = {}): object => ({
  orderId: venueId(id),
  clientOid: id,
  symbol: SYMBOL,
  type: 'open',
  status: 'open',
  filledSize: '0',
  remainSize: '2',
  ...more,
});

export const fillRow = (id: string, more: object = {}): object => ({
  id: 1,
  tradeId: 1,
  orderId: venueId(id),
  symbol: SYMBOL,
  price: '100',
  size: '1',
  funds: '100',
  fee: '0.1',
  feeCurrency: 'USDT',
  createdAt: START_US / 1_000,
  ...more,
});

export function kucoinAccountRig(): AccountRig {
  const peer = new ScriptedAccount();
  const open: string[] = [];
  const fills: { readonly number: number; readonly qty: number; readonly row: object }[] = [];
  peer.rest.set('GET /api/v1/hf/orders/active/symbols', () =>
    ok({ symbols: open.length > 0 ? [SYMBOL] : [] }),
  );
  peer.rest.set('GET /api/v1/hf/orders/active/page', () =>
    ok({ currentPage: 1, totalPage: 1, items: open.map((id) => orderRow(id)) }),
  );
  peer.rest.set('DELETE /api/v1/hf/orders/cancelAll', () =>
    ok({ succeedSymbols: [SYMBOL], failedSymbols: [] }),
  );
  peer.rest.set('GET /api/v1/hf/fills', () => ok({ items: fills.map(({ row }) => row), lastId: 1 }));
  const venue = openAccount(peer);
  const events: AccountRig['events'] = [];
  return {
    adapter: kucoinAdapter,
    clock: peer.clock,
    venue,
    events,
    symbol: SYMBOL,
    codes: {
      refused: ['400002', '400005', '400007', '200004', '400100', '400370', '900001', '411100', '429000'],
      unknown: ['500000', '400303', '102411', '999999', ''],
    },
    open,
    settle,
    async up() {
      venue.connect((event) => events.push(event));
      await settle();
      await settle();
    },
    placed: () =>
      peer.asked.flatMap(({ call, params }) =>
        call === 'POST /api/v1/hf/orders' ? [String(params['clientOid'])] : [],
      ),
    canceledAll: () =>
      peer.asked.flatMap(({ call }) => (call === 'DELETE /api/v1/hf/orders/cancelAll' ? ['account'] : [])),
    ack: (id) => peer.answer(id, ok({ orderId: venueId(id), clientOid: id })),
    refuse: (id, code) => peer.answer(id, refused(code)),
    opened: (id) => peer.push(change(id)),
    fill: (id, { number, price, qty, fee, feeAsset }: RigFill) => {
      if (!fills.some((one) => one.number === number)) {
        const more = { tradeId: number, price, size: qty, fee, feeCurrency: feeAsset, funds: undefined };
        fills.push({ number, qty: Number(qty), row: fillRow(id, more) });
      }
      const filledSize = String(fills.reduce((total, one) => total + one.qty, 0));
      peer.push(change(id, { type: 'match', status: 'match', filledSize }));
    },
    canceled: (id, filledQty) =>
      peer.push(change(id, { type: 'canceled', status: 'done', filledSize: filledQty })),
    unreadable: (id) => peer.push(change(id, { filledSize: 'much' })),
    cut: () => peer.cut(),
  };
}

export const kucoinKeyRig: KeyRig = {
  fit: ['General', 'Spot'],
  withdraws: ['General', 'Spot', 'Transfer'],
  check(rights) {
    const peer = new ScriptedAccount();
    peer.rest.set('GET /api/v1/user/api-key', () => ok({ permission: rights.join(','), ipWhitelist: '' }));
    return openAccount(peer).checkAccount([]);
  },
};
