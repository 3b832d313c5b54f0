/** OKX's side of an account: the private connection and the signed REST calls, answered by a script. Signatures are checked. */
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
import { okxAdapter } from '../../adapter.ts';

type Row = Readonly<Record<string, unknown>>;
type Message = {
  readonly op: string;
  readonly id?: string;
  readonly expTime?: string;
  readonly args?: readonly Row[];
};
/** A query, or a body. */
export type Asked = { readonly call: string; readonly params: unknown; readonly expTime: string | undefined };

export const KEY = 'test_api_key';
export const SECRET = 'test_secret';
export const PASSPHRASE = 'test passphrase';
export const SYMBOL = 'BTC-USDT';
export const CODE = 1_001;
export const START_US = 1_785_641_751_000_000;

const hmac = (payload: string): string => createHmac('sha256', SECRET).update(payload).digest('base64');
export const ok = (data: readonly unknown[]): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ code: '0', msg: '', data }),
});
export const refused = (code: string, status = 200, data: readonly unknown[] = []): HttpAnswer => ({
  status,
  body: JSON.stringify({ code, msg: 'no', data }),
});

export class ScriptedAccount implements Network {
  readonly clock = new SimulatedClock(START_US);
  /** Messages of the connection, in order. */
  readonly sent: Message[] = [];
  /** Signed REST calls, in order. */
  readonly asked: Asked[] = [];
  readonly rest = new Map<string, (params: Row) => HttpAnswer>();
  /** Takes no connection. */
  isDown = false;
  /** Venue's clock minus ours. */
  skewMs = 0;
  #events: ConnectionEvents | undefined;

  constructor() {
    this.rest.set('GET /api/v5/public/instruments', () =>
      ok([{ instId: SYMBOL, instIdCode: CODE, quoteCcy: 'USDT', groupId: '1' }]),
    );
  }

  connect(_url: string, _options: object, events: ConnectionEvents): Connection {
    this.#events = events;
    queueMicrotask(() => (this.isDown ? events.onClose(1006, 'down') : events.onOpen()));
    return scriptedConnection(events, (text) => {
      if (text === 'ping') return queueMicrotask(() => events.onMessage(Buffer.from('pong')));
      const message = JSON.parse(text) as Message;
      this.sent.push(message);
      queueMicrotask(() => this.#answerSession(message));
    });
  }

  async request({ method, url, headers, body = '' }: HttpRequest): Promise<HttpAnswer> {
    const { pathname, search, searchParams } = new URL(url);
    if (pathname === '/api/v5/public/time') return ok([{ ts: String(this.serverMs) }]);
    const stamp = headers['OK-ACCESS-TIMESTAMP'] ?? '';
    const isSigned =
      headers['OK-ACCESS-KEY'] === KEY &&
      headers['OK-ACCESS-PASSPHRASE'] === PASSPHRASE &&
      headers['OK-ACCESS-SIGN'] === hmac(stamp + method + pathname + search + body);
    if (!isSigned) return refused('50113', 401);
    if (Math.abs(Date.parse(stamp) - this.serverMs) > 30_000) return refused('50102', 401);
    const params = method === 'GET' ? Object.fromEntries(searchParams) : (JSON.parse(body) as Row);
    this.asked.push({ call: `${method} ${pathname}`, params, expTime: headers['expTime'] });
    const answer = this.rest.get(`${method} ${pathname}`);
    if (answer === undefined) throw new Error(`no answer to ${method} ${pathname} was scripted`);
    return answer(params);
  }

  get serverMs(): number {
    return Math.floor(this.clock.nowUs() / 1_000) + this.skewMs;
  }

  say(frame: object): void {
    this.#events?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  /** A row of a channel. */
  push(channel: string, row: object): void {
    this.say({ arg: { channel, instType: 'SPOT', uid: '1' }, data: [row] });
  }

  /** Answers the placement of this order. */
  answer(orderId: string, code: string, row: object): void {
    const isIts = ({ op, args }: Message): boolean => op === 'order' && args?.[0]?.['clOrdId'] === orderId;
    const { id } = this.sent.findLast(isIts) ?? {};
    this.say({ id, op: 'order', code, msg: '', data: [{ clOrdId: orderId, tag: '', ...row }] });
  }

  cut(): void {
    this.#events?.onClose(1006, 'cut');
  }

  #answerSession({ op, args = [] }: Message): void {
    if (op === 'login') {
      const [{ apiKey, passphrase, timestamp, sign } = {} as Row] = args;
      const isFit =
        apiKey === KEY &&
        passphrase === PASSPHRASE &&
        sign === hmac(`${String(timestamp)}GET/users/self/verify`) &&
        Math.abs(Number(timestamp) * 1_000 - this.serverMs) <= 30_000;
      this.say(isFit ? { event: 'login', code: '0', msg: '' } : { event: 'error', code: '60009', msg: 'no' });
    }
    if (op === 'subscribe') for (const arg of args) this.say({ event: 'subscribe', arg, connId: 'x' });
  }
}

export const CREDENTIAL = { key: KEY, secret: SECRET, passphrase: PASSPHRASE };

export function openAccount(
  peer: ScriptedAccount,
  earlierOrders?: readonly { readonly orderId: string; readonly symbol: string }[],
) {
  const access = okxAdapter.account;
  if (access === undefined) throw new Error('OKX has accounts');
  return access.open({
    clock: peer.clock,
    network: peer,
    random: () => 0.5,
    credential: CREDENTIAL,
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    earlierOrders,
  });
}

export const venueId = (id: string): string => `7${parseInt(id.slice(0, 6), 16)}`;

/** A row of an order, open or ended, as REST and the channel have it. */
export const orderRow = (id: string, more: object = {}): object => ({
  instType: 'SPOT',
  instId: SYMBOL,
  ordId: venueId(id),
  clOrdId: id,
  ordType: 'ioc',
  side: 'buy',
  px: '100',
  sz: '2',
  state: 'live',
  accFillSz: '0',
  fillPx: '',
  fillSz: '0',
  fillTime: '',
  tradeId: '',
  fillFee: '',
  fillFeeCcy: '',
  cancelSource: '',
  uTime: String(START_US / 1_000),
  ...more,
});

/** A row of the channel that says a fill. */
export const fillRow = (id: string, more: object = {}): object =>
  orderRow(id, {
    state: 'partially_filled',
    accFillSz: '1',
    fillPx: '100',
    fillSz: '1',
    fillTime: String(START_US / 1_000),
    tradeId: '1',
    fillFee: '-0.001',
    fillFeeCcy: 'BTC',
    execType: 'T',
    ...more,
  });

export const BALANCE = { details: [{ ccy: 'USDT', cashBal: '1000', frozenBal: '0' }] };

export function okxAccountRig(): AccountRig {
  const peer = new ScriptedAccount();
  const open: string[] = [];
  peer.rest.set('GET /api/v5/trade/orders-pending', () => ok(open.map((id) => orderRow(id))));
  peer.rest.set('POST /api/v5/trade/cancel-batch-orders', (rows) =>
    ok((rows as unknown as readonly Row[]).map(({ ordId }) => ({ ordId, sCode: '0', sMsg: '' }))),
  );
  const venue = openAccount(peer);
  const events: AccountRig['events'] = [];
  return {
    adapter: okxAdapter,
    clock: peer.clock,
    venue,
    events,
    symbol: SYMBOL,
    codes: {
      refused: [
        '50011',
        '50061',
        '50102',
        '50111',
        '50113',
        '51000',
        '51006',
        '51008',
        '51020',
        '51121',
        '51174',
      ],
      unknown: ['50001', '50004', '50013', '50026', '51016', '99999'],
    },
    open,
    settle,
    async up() {
      venue.connect((event) => events.push(event));
      await settle();
    },
    placed: () =>
      peer.sent.flatMap(({ op, args }) => (op === 'order' ? [String(args?.[0]?.['clOrdId'])] : [])),
    canceledAll: () =>
      peer.sent.flatMap(({ op, args = [] }) =>
        op === 'batch-cancel-orders' ? args.map(({ instIdCode }) => String(instIdCode)) : [],
      ),
    ack: (id) => peer.answer(id, '0', { ordId: venueId(id), sCode: '0', sMsg: '' }),
    refuse: (id, code) => peer.answer(id, '1', { ordId: '', sCode: code, sMsg: 'no' }),
    opened: (id) => peer.push('orders', orderRow(id)),
    fill: (id, { number, price, qty, fee, feeAsset }: RigFill) =>
      peer.push(
        'orders',
        fillRow(id, {
          tradeId: String(number),
          fillPx: price,
          fillSz: qty,
          fillFee: `-${fee}`,
          fillFeeCcy: feeAsset,
        }),
      ),
    canceled: (id, filledQty) =>
      peer.push('orders', orderRow(id, { state: 'canceled', accFillSz: filledQty, cancelSource: '14' })),
    unreadable: (id) => peer.push('orders', fillRow(id, { fillPx: 'cheap' })),
    cut: () => peer.cut(),
  };
}

export const okxKeyRig: KeyRig = {
  fit: ['read_only', 'trade'],
  withdraws: ['read_only', 'trade', 'withdraw'],
  check(rights) {
    const peer = new ScriptedAccount();
    peer.rest.set('GET /api/v5/account/config', () => ok([{ perm: rights.join(','), ip: '', acctLv: '1' }]));
    return openAccount(peer).checkAccount([]);
  },
};
