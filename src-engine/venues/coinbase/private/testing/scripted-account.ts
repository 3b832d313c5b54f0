/** Coinbase's side of an account: the user channel and the private REST calls, answered by a script. Tokens are checked. */
import { createPublicKey, verify } from 'node:crypto';
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
import { coinbaseAdapter } from '../../adapter.ts';

type Params = Readonly<Record<string, unknown>>;
type Message = { readonly type: string; readonly channel: string; readonly jwt?: string };

/** A published example (coinbase/coinbase-advanced-py, tests/constants.py, Apache-2.0). */
export const KEY = 'organizations/test-organization/apiKeys/test-api-key';
export const SECRET = [
  '-----BEGIN EC PRIVATE KEY-----',
  'MHcCAQEEIKwf3Uox30cRWzRBOPoPOH5p0Gpb0Dt8zUKXUEM5fMkGoAoGCCqGSM49',
  'AwEHoUQDQgAEbAtpLlSZYVOwYICz+uEyxcS29vRIujiES/gQ1DC7FV4zK4JuYE9v',
  'qDyGZQYjdXHLM7I6f/QnnOITL+dXYWBHRA==',
  '-----END EC PRIVATE KEY-----',
].join('\n');
export const SYMBOL = 'BTC-USD';
export const START_US = 1_785_641_751_000_000;
const HOST = 'api.coinbase.com';
const ROOT = '/api/v3/brokerage';
const PUBLIC = createPublicKey(SECRET);

export const ok = (body: object): HttpAnswer => ({ status: 200, body: JSON.stringify(body) });
export const refused = (error: string, status = 400): HttpAnswer => ({
  status,
  body: JSON.stringify({ error, message: 'no' }),
});
/** An answer with the status 200 that refuses an order. */
export const failed = (error: string, more: object = {}): HttpAnswer =>
  ok({ success: false, error_response: { error, message: 'no', ...more } });

export type Claims = { readonly nbf: number; readonly exp: number; readonly uri?: string };

export class ScriptedAccount implements Network {
  readonly clock = new SimulatedClock(START_US);
  /** Messages of the connection, in order. */
  readonly sent: Message[] = [];
  /** Private REST calls, in order, with their query or body, and the claims of their token. */
  readonly asked: { readonly call: string; readonly params: Params; readonly claims: Claims }[] = [];
  readonly rest = new Map<string, (params: Params) => HttpAnswer>();
  /** Venue's clock minus ours. */
  skewMs = 0;
  /** Answers to subscriptions are refusals. */
  isRefusing = false;
  #events: ConnectionEvents | undefined;
  #next = 0;
  /** Placements without an answer, by the order's id. */
  readonly #pending = new Map<
    OrderId,
    { readonly answer: (given: HttpAnswer) => void; readonly fail: (reason: Error) => void }
  >();
  readonly #nonces = new Set<string>();

  connect(_url: string, _options: object, events: ConnectionEvents): Connection {
    this.#events = events;
    this.#next = 0;
    queueMicrotask(() => events.onOpen());
    return scriptedConnection(events, (text) => {
      const message = JSON.parse(text) as Message;
      this.sent.push(message);
      queueMicrotask(() => this.#answerSubscription(message));
    });
  }

  async request({ method, url, headers, body = '', timeoutMs }: HttpRequest): Promise<HttpAnswer> {
    const { host, pathname, searchParams } = new URL(url);
    if (pathname === `${ROOT}/time`) return ok({ epochMillis: String(this.serverMs) });
    const claims = this.#claims((headers['authorization'] ?? '').replace(/^Bearer /, ''));
    if (claims?.uri !== `${method} ${host}${pathname}`) return { status: 401, body: 'Unauthorized\n' };
    const path = pathname.slice(ROOT.length);
    const params: Params = method === 'GET' ? listed(searchParams) : (JSON.parse(body) as Params);
    this.asked.push({ call: `${method} ${path}`, params, claims });
    const answer = this.rest.get(`${method} ${path}`);
    if (answer !== undefined) return answer(params);
    if (path !== '/orders') throw new Error(`no answer to ${method} ${path} was scripted`);
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
      this.#pending.set(String(params['client_order_id']), { answer: end(resolve), fail: end(reject) });
    });
  }

  get serverMs(): number {
    return Math.floor(this.clock.nowUs() / 1_000) + this.skewMs;
  }

  say(channel: string, ...events: object[]): void {
    const timestamp = new Date(this.serverMs).toISOString();
    this.sayRaw({ channel, timestamp, sequence_num: this.#next++, events });
  }

  sayRaw(frame: object): void {
    this.#events?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  /** The next message never comes. */
  lose(): void {
    this.#next++;
  }

  push(row: object, type: 'snapshot' | 'update' = 'update'): void {
    this.say('user', { type, orders: [row] });
  }

  /** Answers the placement of this order. */
  answer(orderId: OrderId, given: HttpAnswer): void {
    this.#pending.get(orderId)?.answer(given);
  }

  cut(): void {
    for (const { fail } of this.#pending.values()) fail(new Error('cut'));
    this.#events?.onClose(1006, 'cut');
  }

  #answerSubscription({ channel, jwt }: Message): void {
    if (channel === 'user' && (this.isRefusing || this.#claims(jwt ?? '') === undefined))
      this.sayRaw({ type: 'error', message: 'authentication failure' });
    else this.say('subscriptions', { subscriptions: { [channel]: ['x'] } });
  }

  /** Undefined for a token that is not to be taken. */
  #claims(jwt: string): Claims | undefined {
    const [head = '', payload = '', signature = ''] = jwt.split('.');
    const part = (text: string): Params => JSON.parse(Buffer.from(text, 'base64url').toString()) as Params;
    const key = { key: PUBLIC, dsaEncoding: 'ieee-p1363' } as const;
    const bytes = Buffer.from(`${head}.${payload}`);
    if (jwt === '' || !verify('sha256', bytes, key, Buffer.from(signature, 'base64url'))) return undefined;
    const { kid, nonce, alg } = part(head);
    const claims = part(payload) as Params & Claims;
    const nowS = this.serverMs / 1_000;
    if (kid !== KEY || alg !== 'ES256' || claims['sub'] !== KEY || claims['iss'] !== 'cdp') return undefined;
    if (claims.nbf > nowS || claims.exp <= nowS || claims.exp - claims.nbf > 120) return undefined;
    if (typeof nonce !== 'string' || this.#nonces.has(nonce)) return undefined;
    this.#nonces.add(nonce);
    return claims;
  }
}

/** A name that stands several times has a list of values. */
function listed(query: URLSearchParams): Params {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

export function openAccount(
  peer: ScriptedAccount,
  earlierOrders?: readonly { readonly orderId: string; readonly symbol: string }[],
) {
  const access = coinbaseAdapter.account;
  if (access === undefined) throw new Error('Coinbase has accounts');
  return access.open({
    clock: peer.clock,
    network: peer,
    random: () => 0.5,
    credential: { key: KEY, secret: SECRET },
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    urls: { rest: `https://${HOST}` },
    earlierOrders,
  });
}

export const venueId = (id: string): string => `venue-${id.slice(0, 6)}`;

/** An order as lists have it. */
export const orderRow = (id: string, more: object = {}): object => ({
  order_id: venueId(id),
  client_order_id: id,
  product_id: SYMBOL,
  side: 'BUY',
  status: 'OPEN',
  order_configuration: { limit_limit_gtc: { base_size: '2', limit_price: '100', post_only: false } },
  filled_size: '0',
  ...more,
});

/** An order as the user channel has it. */
export const userRow = (id: string, more: object = {}): object => ({
  order_id: venueId(id),
  client_order_id: id,
  product_id: SYMBOL,
  order_side: 'BUY',
  status: 'OPEN',
  cumulative_quantity: '0',
  leaves_quantity: '2',
  avg_price: '0',
  total_fees: '0',
  cancel_reason: '',
  reject_reason: '',
  ...more,
});

export const fillRow = (id: string, more: object = {}): object => ({
  entry_id: 'e-1',
  trade_id: 't-1',
  order_id: venueId(id),
  trade_time: '2026-08-02T03:35:51.660084Z',
  trade_type: 'FILL',
  price: '100',
  size: '1',
  commission: '0.6',
  product_id: SYMBOL,
  size_in_quote: false,
  side: 'BUY',
  ...more,
});

export const account = (currency: string, value: string, hold = '0'): object => ({
  currency,
  available_balance: { value, currency },
  hold: { value: hold, currency },
  type: 'ACCOUNT_TYPE_CRYPTO',
});

export function coinbaseAccountRig(): AccountRig {
  const peer = new ScriptedAccount();
  const open: string[] = [];
  const fills: { readonly number: number; readonly qty: number; readonly row: object }[] = [];
  peer.rest.set('GET /orders/historical/batch', ({ order_status: status }) =>
    ok({ orders: status === 'OPEN' ? open.map((id) => orderRow(id)) : [], has_next: false, cursor: '' }),
  );
  peer.rest.set('POST /orders/batch_cancel', ({ order_ids: ids }) =>
    ok({ results: (ids as string[]).map((order_id) => ({ success: true, order_id })) }),
  );
  peer.rest.set('GET /orders/historical/fills', () => ok({ fills: fills.map(({ row }) => row), cursor: '' }));
  const venue = openAccount(peer);
  const events: AccountRig['events'] = [];
  return {
    adapter: coinbaseAdapter,
    clock: peer.clock,
    venue,
    events,
    symbol: SYMBOL,
    feeAsset: 'USD',
    codes: {
      refused: [
        'INSUFFICIENT_FUND',
        'INVALID_LIMIT_PRICE_POST_ONLY',
        'INVALID_PRODUCT_ID',
        'INVALID_SIZE_PRECISION',
      ],
      unknown: ['UNKNOWN_FAILURE_REASON', 'INTERNAL', 'A_NEW_ONE', ''],
    },
    open,
    settle,
    async up() {
      venue.connect((event) => events.push(event));
      await settle();
    },
    placed: () =>
      peer.asked.flatMap(({ call, params }) =>
        call === 'POST /orders' ? [String(params['client_order_id'])] : [],
      ),
    canceledAll: () =>
      peer.asked.flatMap(({ call }) => (call === 'POST /orders/batch_cancel' ? ['account'] : [])),
    ack: (id) => peer.answer(id, ok({ success: true, success_response: { order_id: venueId(id) } })),
    refuse: (id, code) => peer.answer(id, failed(code)),
    opened: (id) => peer.push(userRow(id)),
    fill: (id, { number, price, qty, fee }: RigFill) => {
      if (!fills.some((one) => one.number === number)) {
        const row = fillRow(id, { entry_id: `e-${number}`, price, size: qty, commission: fee });
        fills.push({ number, qty: Number(qty), row });
      }
      const sum = fills.reduce((total, one) => total + one.qty, 0);
      peer.push(userRow(id, { cumulative_quantity: String(sum) }));
    },
    canceled: (id, filledQty) =>
      peer.push(userRow(id, { status: 'CANCELLED', cumulative_quantity: filledQty, leaves_quantity: '0' })),
    unreadable: (id) => peer.push(userRow(id, { cumulative_quantity: 'much' })),
    cut: () => peer.cut(),
  };
}

export const coinbaseKeyRig: KeyRig = {
  fit: ['can_view', 'can_trade'],
  withdraws: ['can_view', 'can_trade', 'can_transfer'],
  check(rights) {
    const peer = new ScriptedAccount();
    const has = Object.fromEntries(
      ['can_view', 'can_trade', 'can_transfer'].map((name) => [name, rights.includes(name)]),
    );
    peer.rest.set('GET /key_permissions', () => ok({ ...has, portfolio_type: 'DEFAULT' }));
    return openAccount(peer).checkAccount([]);
  },
};
