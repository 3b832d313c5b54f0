/** One connection to the WebSocket API: who is logged on, its requests, and its subscriptions to events of accounts. */
import type { TimeUs } from '../../../../../domain/time.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { OrderOwner } from '../../../core/orders/client-order.ts';
import type { FaultyWire } from '../../../hosting/faulty-wire.ts';
import type { BinanceExchange } from '../binance-exchange.ts';
import { BinanceProblem } from '../binance-problem.ts';
import type { Call, Security } from '../calls/call.ts';
import { callsOf, runCall } from '../calls/run-call.ts';
import { flag, optionalWhole, type Params, required } from '../params.ts';
import { accountOf, badKey, checkSignature, checkTime, socketPayload } from '../signatures.ts';
import { type ApiRequest, parseApiRequest, type RequestId, RequestProblem } from './api-request.ts';

/** Parameters of every request. */
const CARRIER_PARAMS = ['apiKey', 'returnRateLimits'] as const;
const MAX_SUBSCRIPTIONS = 1_000;
const SESSION_WEIGHT = 2;

type Subscription = { readonly account: Account; readonly isOfLogon: boolean };

export class ApiSession {
  readonly wire: FaultyWire;
  readonly time: (us: number) => number;
  readonly #exchange: BinanceExchange;
  readonly #connectedUs: TimeUs;
  readonly #showsLimits: boolean;
  readonly #calls: ReadonlyMap<string, Call>;
  readonly #subscriptions = new Map<number, Subscription>();
  #nextSubscription = 0;
  #logon: { readonly account: Account; readonly sinceUs: TimeUs } | undefined;

  constructor(
    exchange: BinanceExchange,
    wire: FaultyWire,
    time: (us: number) => number,
    showsLimits: boolean,
  ) {
    this.#exchange = exchange;
    this.wire = wire;
    this.time = time;
    this.#showsLimits = showsLimits;
    this.#calls = new Map(
      callsOf(exchange.dialect).flatMap((call) =>
        call.socket === undefined ? [] : [[call.socket, call] as const],
      ),
    );
    this.#connectedUs = exchange.clock.nowUs();
  }

  /** Sends an event to the subscribers of the account. @param channel by which faults name it. */
  notify(account: OrderOwner, event: object, channel: string): void {
    for (const [subscriptionId, { account: owner }] of this.#subscriptions) {
      if (owner === account) this.wire.send(JSON.stringify({ subscriptionId, event }), () => channel);
    }
  }

  hears(account: OrderOwner): boolean {
    return [...this.#subscriptions.values()].some(({ account: owner }) => owner === account);
  }

  receive(text: string): void {
    let request: ApiRequest;
    try {
      request = parseApiRequest(text);
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      this.#send({ id: error.id, status: error.status, error: { code: error.code, msg: error.message } });
      return;
    }
    const { id, params } = request;
    let account: Account | undefined;
    try {
      const result = this.#carryOut(request, (signed) => {
        account = signed;
      });
      this.#answer(id, params, account, { status: 200, result });
    } catch (error) {
      this.#answer(id, params, account, problemBody(error, this.time, this.#exchange.clock.nowUs()));
    }
  }

  #carryOut({ method, params }: ApiRequest, onSigned: (account: Account) => void): unknown {
    const call = this.#calls.get(method);
    if (call !== undefined) {
      return runCall({
        exchange: this.#exchange,
        call,
        params,
        extra: CARRIER_PARAMS,
        time: this.time,
        authenticate: (security) => {
          const account = this.#authenticate(security, params);
          onSigned(account);
          return account;
        },
      }).result;
    }
    this.#exchange.limits.request(SESSION_WEIGHT, this.#exchange.clock.nowUs());
    const isAway = this.#exchange.dialect.userData === 'listen-key' && method.startsWith('userDataStream.');
    switch (isAway ? '' : method) {
      case 'session.logon':
        return this.#logOn(params);
      case 'session.status':
        return this.#status();
      case 'session.logout':
        this.#logOut();
        return this.#status();
      case 'session.subscriptions':
        return [...this.#subscriptions.keys()].map((subscriptionId) => ({ subscriptionId }));
      case 'userDataStream.subscribe':
        return this.#subscribe(this.#requireLogon(), true);
      case 'userDataStream.subscribe.signature':
        return this.#subscribe(this.#signed(params), false);
      case 'userDataStream.unsubscribe':
        this.#unsubscribe(params);
        return {};
      default:
        // userDataStream.start, .ping and .stop ended at Binance on 2026-02-20; Binance.US does not document .subscribe.
        throw new BinanceProblem(-1020, `This operation is not supported: ${method}.`);
    }
  }

  /** The account that asks: the one that signed this request, else the one that is logged on; for a key of a stream the one that it names. */
  #authenticate(security: Security, params: Params): Account {
    if (security === 'USER_STREAM') return accountOf(this.#exchange.accounts, params.get('apiKey'));
    if (params.has('signature') || params.has('apiKey')) return this.#signed(params);
    checkTime(params, this.#exchange.clock.nowUs());
    return this.#requireLogon();
  }

  #signed(params: Params): Account {
    const { accounts, clock } = this.#exchange;
    const account = accountOf(accounts, params.get('apiKey'));
    const signature = required(params, 'signature');
    checkTime(params, clock.nowUs());
    checkSignature(account, socketPayload(params), signature);
    return account;
  }

  #requireLogon(): Account {
    if (this.#logon === undefined) throw badKey();
    return this.#logon.account;
  }

  /** Only keys of Ed25519 may log on. */
  #logOn(params: Params): object {
    const account = this.#signed(params);
    if (account.publicKey === undefined) {
      throw new BinanceProblem(-1022, 'Only Ed25519 API keys can be used to log on to a session.');
    }
    this.#logon = { account, sinceUs: this.#exchange.clock.nowUs() };
    return this.#status();
  }

  #logOut(): void {
    this.#logon = undefined;
    for (const [id, { isOfLogon }] of this.#subscriptions) if (isOfLogon) this.#terminate(id);
  }

  #status(): object {
    const logon = this.#logon;
    return {
      apiKey: logon?.account.key ?? null,
      authorizedSince: logon === undefined ? null : this.time(logon.sinceUs),
      connectedSince: this.time(this.#connectedUs),
      returnRateLimits: this.#showsLimits,
      serverTime: this.time(this.#exchange.clock.nowUs()),
      userDataStream: this.#subscriptions.size > 0,
    };
  }

  #subscribe(account: Account, isOfLogon: boolean): object {
    if (this.hears(account)) {
      throw new BinanceProblem(-2035, 'User Data Stream subscription already active.');
    }
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      throw new BinanceProblem(-2042, 'Maximum subscription ID reached for this connection.');
    }
    const subscriptionId = this.#nextSubscription++;
    this.#subscriptions.set(subscriptionId, { account, isOfLogon });
    return { subscriptionId };
  }

  #unsubscribe(params: Params): void {
    const id = optionalWhole(params, 'subscriptionId');
    const ids = id === undefined ? [...this.#subscriptions.keys()] : [id];
    if (ids.length === 0 || ids.some((one) => !this.#subscriptions.has(one))) {
      throw new BinanceProblem(-2036, 'User Data Stream subscription not active.');
    }
    for (const one of ids) this.#terminate(one);
  }

  #terminate(subscriptionId: number): void {
    const event = { e: 'eventStreamTerminated', E: this.time(this.#exchange.clock.nowUs()) };
    this.#subscriptions.delete(subscriptionId);
    this.#send({ subscriptionId, event });
  }

  #answer(id: RequestId, params: Params, account: Account | undefined, body: object): void {
    const { limits, clock } = this.#exchange;
    const nowUs = clock.nowUs();
    const isShown = params.has('returnRateLimits') ? isTrue(params) : this.#showsLimits;
    const rateLimits = [
      ...(account === undefined ? [] : limits.orderRows(account.name, nowUs)),
      limits.weightRow(nowUs),
    ];
    this.#send({ id, ...body, ...(isShown ? { rateLimits } : {}) });
  }

  #send(message: object): void {
    this.wire.send(JSON.stringify(message), () => undefined);
  }
}

function isTrue(params: Params): boolean {
  try {
    return flag(params, 'returnRateLimits');
  } catch {
    return true;
  }
}

function problemBody(error: unknown, time: (us: number) => number, nowUs: number): object {
  if (!(error instanceof BinanceProblem)) {
    const msg = 'An unknown error occurred while processing the request.';
    return { status: 500, error: { code: -1000, msg } };
  }
  const { code, message: msg, status, data, retryAtUs } = error;
  const wait =
    retryAtUs === undefined ? undefined : { serverTime: time(nowUs), retryAfter: time(Math.ceil(retryAtUs)) };
  const more = data ?? wait;
  return { status, error: { code, msg, ...(more === undefined ? {} : { data: more }) } };
}
