/** Kraken's side of an account: the private WebSocket v2 and the REST calls of a session, answered by a script. */
import { SimulatedClock } from '../../../../runner/simulated-clock.ts';
import { type AccountRig, type KeyRig, settle } from '../../../conformance/testing/account-rig.ts';
import { scriptedConnection } from '../../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, HttpRequest, Network } from '../../../network.ts';
import { krakenAdapter, openKrakenAccount } from '../../adapter.ts';

type Message = {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly req_id?: number;
};

const SYMBOL = 'BTC/USD';
const START_US = 1_785_641_751_000_000;
const AT = '2026-08-02T03:35:51.660084Z';
const CREDENTIAL = {
  key: 'key-of-a-scripted-trader',
  secret: Buffer.from('secret of a scripted trader').toString('base64'),
};
const QUERIES = ['query-funds', 'query-open-trades', 'query-closed-trades'];
const RIGHTS = [...QUERIES, 'modify-trades', 'close-trades', 'create-ws-token'];

class ScriptedAccount implements Network {
  readonly clock = new SimulatedClock(START_US);
  readonly sent: Message[] = [];
  open: string[] = [];
  rights: readonly string[] = RIGHTS;
  #events: ConnectionEvents | undefined;
  #sequences = { executions: 0, balances: 0 };

  connect(_url: string, _options: object, events: ConnectionEvents): Connection {
    this.#events = events;
    this.#sequences = { executions: 0, balances: 0 };
    queueMicrotask(() => events.onOpen());
    return scriptedConnection(events, (text) => {
      const message = JSON.parse(text) as Message;
      this.sent.push(message);
      queueMicrotask(() => this.#answerSession(message));
    });
  }

  async request({ url }: HttpRequest): Promise<HttpAnswer> {
    const call = new URL(url).pathname.split('/').at(-1) ?? '';
    return { status: 200, body: JSON.stringify({ error: [], result: this.#result(call) }) };
  }

  /** Text, as the venue writes numbers that a double would change. */
  executions(row: string): void {
    const sequence = ++this.#sequences.executions;
    this.say(`{"channel":"executions","type":"update","data":[${row}],"sequence":${sequence}}`);
  }

  say(text: string): void {
    this.#events?.onMessage(Buffer.from(text));
  }

  answer(orderId: string, more: object): void {
    const sent = this.sent.findLast(
      ({ method, params }) => method === 'add_order' && params?.['cl_ord_id'] === orderId,
    );
    this.say(JSON.stringify({ method: 'add_order', req_id: sent?.req_id, ...more }));
  }

  cut(): void {
    this.#events?.onClose(1006, 'cut');
  }

  #result(call: string): object {
    switch (call) {
      case 'GetWebSocketsToken':
        return { token: 'token' };
      case 'GetApiKeyInfo':
        return { permissions: this.rights, validUntil: '0' };
      case 'Time':
        return { unixtime: Math.floor(this.clock.nowUs() / 1_000_000) };
      case 'OpenOrders':
        return {
          open: Object.fromEntries(this.open.map((id, n) => [`OAAAAA-AAAAA-AAAAA${n}`, { cl_ord_id: id }])),
        };
      case 'CancelAll':
        return { count: 0 };
      default:
        return {};
    }
  }

  #answerSession({ method, params, req_id }: Message): void {
    if (method === 'ping') this.say('{"method":"pong"}');
    if (method === 'cancel_all') this.say(JSON.stringify({ method, req_id, success: true, result: {} }));
    const channel = params?.['channel'];
    if (method !== 'subscribe' || (channel !== 'executions' && channel !== 'balances')) return;
    this.say(JSON.stringify({ method, req_id, success: true, result: { channel } }));
    const sequence = ++this.#sequences[channel];
    this.say(JSON.stringify({ channel, type: 'snapshot', data: [], sequence }));
  }
}

function openAccount(peer: ScriptedAccount) {
  return openKrakenAccount({
    clock: peer.clock,
    network: peer,
    random: () => 0.5,
    credential: CREDENTIAL,
    nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
  });
}

export function krakenAccountRig(): AccountRig {
  const peer = new ScriptedAccount();
  const venue = openAccount(peer);
  const events: AccountRig['events'] = [];
  const row = (id: string, type: string, more = ''): void =>
    peer.executions(
      `{"order_id":"O${id.slice(0, 6)}","cl_ord_id":"${id}","exec_type":"${type}","symbol":"${SYMBOL}","timestamp":"${AT}"${more}}`,
    );
  return {
    adapter: krakenAdapter,
    clock: peer.clock,
    venue,
    events,
    symbol: SYMBOL,
    codes: {
      refused: [
        'EOrder:Insufficient funds',
        'EGeneral:Permission denied',
        'EOrder:Rate limit exceeded',
        'EAPI:Invalid key',
      ],
      unknown: [
        'EService:Unavailable',
        'EService:Busy',
        'EService:Timeout',
        'EGeneral:Internal error',
        'EOrder:A new one',
        '',
      ],
    },
    open: peer.open,
    settle,
    async up() {
      venue.connect((event) => events.push(event));
      for (let i = 0; i < 3; i++) {
        peer.clock.advanceTo(peer.clock.nowUs() + 10_000);
        await settle();
      }
    },
    placed: () =>
      peer.sent.flatMap(({ method, params }) =>
        method === 'add_order' ? [String(params?.['cl_ord_id'])] : [],
      ),
    canceledAll: () => peer.sent.flatMap(({ method }) => (method === 'cancel_all' ? ['account'] : [])),
    ack: (id) => peer.answer(id, { success: true, result: { order_id: `O${id.slice(0, 6)}` } }),
    refuse: (id, error) => peer.answer(id, { success: false, error }),
    opened: (id) => row(id, 'new'),
    fill: (id, { number, price, qty, fee, feeAsset }) =>
      row(
        id,
        'trade',
        `,"exec_id":"T${number}","last_price":${price},"last_qty":${qty},"fees":[{"asset":"${feeAsset}","qty":${fee}}]`,
      ),
    canceled: (id, filledQty) => row(id, 'canceled', `,"cum_qty":${filledQty},"reason":"Expired"`),
    unreadable: (id) => row(id, 'trade', ',"exec_id":"T7","last_price":"cheap","last_qty":1,"fees":[]'),
    cut: () => peer.cut(),
  };
}

export const krakenKeyRig: KeyRig = {
  fit: RIGHTS,
  withdraws: [...RIGHTS, 'withdraw-funds'],
  check(rights) {
    const peer = new ScriptedAccount();
    peer.rights = rights;
    return openAccount(peer).checkAccount([]);
  },
};
