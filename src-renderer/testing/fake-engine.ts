/**
 * An engine made of cardboard: speaks the codec over a MessagePort with moving made-up data. For tests and the
 * preview page only; nothing of the production window imports it.
 */
import {
  decodeClientMessage,
  type EngineMessage,
  encode,
  PROTOCOL_VERSION,
} from '../../src-engine/contract/codec.ts';
import {
  type OperationName,
  type OperationOutput,
  operations,
} from '../../src-engine/contract/operations.ts';
import type { EngineStatus, ProfileName } from '../../src-engine/contract/records.ts';
import { type Fact, isTopicName, type TopicName, topicKey } from '../../src-engine/contract/topics.ts';
import type { Problem } from '../../src-engine/domain/errors.ts';
import type { EngineEvent, EquitySample } from '../../src-engine/domain/event.ts';
import { changesOf, DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../src-engine/domain/limits.ts';
import type { Opportunity } from '../../src-engine/domain/opportunity.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { DENIED, DISK_FULL, FakeAccount, isAccountOp } from './fake-account.ts';
import { nowUs } from './fake-clock.ts';
import { FakeMarket } from './fake-market.ts';
import { fakeReport } from './fake-report.ts';
import type { BarsInput } from './fake-tape.ts';
import { isCardboard, isCardboardTopic } from './cardboard.ts';
import { fakeBalances, fakeEquity } from './fake-portfolio.ts';
import { fakeHealth, fakeRisk, fakeStatus } from './fake-status.ts';
import { fakeOpportunity, fakeRun } from './fake-trading.ts';

export type FakeOptions = {
  readonly profile?: ProfileName | null;
  readonly seed?: number;
  /** How many cycles were already traded when the window opens. */
  readonly history?: number;
  /** Open orders that a kill never gets rid of. */
  readonly stuckOrders?: number;
};

/** An event before it has its time. */
type Bare = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, 'atUs'> : never) : never;

export class FakeEngine {
  readonly #port: MessagePort;
  readonly #random: () => number;
  readonly #market: FakeMarket;
  readonly #views = new Map<string, { topic: TopicName; params: unknown }>();
  readonly #open: Opportunity[] = [];
  readonly #recent: Opportunity[] = [];
  readonly #runs: ReturnType<typeof fakeRun>[] = [];
  readonly #curve: EquitySample[] = [];
  readonly #account = new FakeAccount(nowUs() - 90_000_000);
  readonly #stuckOrders: number;
  #timers: ReturnType<typeof setInterval>[] = [];
  #factsOn = false;
  #seq = 0;
  #serial = 1;
  #profit = 0;
  #updates = 0;
  #limits = DEFAULT_LIMITS;
  #detection = DEFAULT_DETECTION;
  #profile: ProfileName | null;
  #killed = false;
  #verified: number | null = null;
  #paused = false;
  #recording: string | null = null;
  /** While true not a word leaves: a hung engine. */
  mute = false;

  constructor(port: MessagePort, options: FakeOptions = {}) {
    this.#port = port;
    this.#profile = options.profile === undefined ? 'demo' : options.profile;
    this.#stuckOrders = options.stuckOrders ?? 0;
    const random = new SeededRandom(options.seed ?? 7);
    this.#random = () => random.next();
    this.#market = new FakeMarket(this.#random);
    this.#market.move(performance.now());
    this.#makeHistory(options.history ?? 40);
    port.onmessage = (event: MessageEvent<unknown>) => {
      // Numbers acknowledge what was handled; this engine never sends too much.
      if (typeof event.data === 'string') this.#receive(event.data);
    };
    this.#send({ t: 'hello', protocol: PROTOCOL_VERSION, role: 'operator', version: '0.1.0-made-up' });
    this.#timers = [
      setInterval(() => this.#tick(), 50),
      setInterval(() => this.#sendView('status', {}), 500),
      setInterval(() => this.#trade(), 900),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#port.close();
  }

  /** The venue's cable, pulled or plugged in. */
  set cut(cut: boolean) {
    this.#market.cut = cut;
  }

  /** Number of the last fact. */
  get factSeq(): number {
    return this.#seq;
  }

  /** Leaves a number out, as a lost message would. */
  skipFact(): void {
    this.#seq++;
  }

  emit(...events: readonly Bare[]): void {
    const facts = events.map((event): Fact => {
      return { seq: ++this.#seq, event: { ...event, atUs: nowUs() } };
    });
    if (this.#factsOn) this.#send({ t: 'facts', facts });
  }

  #receive(text: string): void {
    const decoded = decodeClientMessage(text);
    if (!decoded.ok) throw new Error(decoded.error.message);
    const { message } = decoded;
    switch (message.t) {
      case 'facts':
        this.#factsOn = message.on;
        return;
      case 'subscribe':
        if (isTopicName(message.topic)) {
          this.#views.set(topicKey(message.topic, message.params), {
            topic: message.topic,
            params: message.params,
          });
          this.#sendView(message.topic, message.params);
        }
        return;
      case 'unsubscribe':
        if (isTopicName(message.topic)) this.#views.delete(topicKey(message.topic, message.params));
        return;
      case 'call':
        return this.#answer(message.id, message.op as OperationName, message.input);
    }
  }

  #answer(id: number, op: OperationName, raw: unknown): void {
    const input = operations[op].input.safeParse(raw);
    if (!input.success) {
      const issue = input.error.issues[0];
      return this.#fail(id, {
        code: 'bad-input',
        field: issue?.path.join('.'),
        message: issue?.message ?? '',
      });
    }
    if (isCardboard(op)) {
      const message = 'This engine is made of cardboard';
      return this.#fail(id, { code: 'not-made-up', field: op, message });
    }
    if (isAccountOp(op)) return this.#result(id, this.#account.answer(op, input.data, nowUs()));
    switch (op) {
      case 'getStatus':
        return this.#result(id, this.#status());
      case 'getSnapshot':
        return this.#result(id, this.#snapshot());
      case 'chooseProfile':
        this.#profile = (input.data as { profile: ProfileName }).profile;
        return this.#result(id, this.#status());
      case 'kill':
        return this.#kill(id);
      case 'rearm':
        this.#killed = false;
        this.#verified = null;
        this.emit({ type: 'rearmed', actor: WINDOW });
        return this.#result(id, { killed: false });
      case 'pauseTrading':
        this.#paused = true;
        return this.#result(id, { paused: true });
      case 'resumeTrading':
        this.#paused = false;
        this.emit({ type: 'tradingResumed', actor: WINDOW });
        return this.#result(id, { paused: false });
      case 'updateLimits':
        return this.#setLimits(id, input.data);
      case 'updateDetection':
        this.#detection = { ...this.#detection, ...(input.data as object) };
        return this.#result(id, this.#detection);
      case 'getPnlReport':
        return this.#result(id, fakeReport(this.#runs.map(({ execution }) => execution)));
      case 'listEquity':
        return this.#result(id, { samples: this.#curve });
      case 'listBars':
        return this.#result(id, this.#market.tape.list(input.data as BarsInput, nowUs()));
      case 'startRecording':
        this.#recording = '/data/recordings/demo-0001.market.jsonl';
        return this.#result(id, { file: this.#recording });
      case 'stopRecording':
        return this.#fail(id, DISK_FULL);
    }
  }

  #kill(id: number): void {
    this.#killed = true;
    this.#verified = null;
    this.emit({ type: 'killed', actor: WINDOW, reason: 'operator', cancelsSent: 2 + this.#stuckOrders });
    this.#result(id, { killed: true, cancelsSent: 2 + this.#stuckOrders });
    this.#timers.push(
      setTimeout(() => {
        if (!this.#killed) return;
        this.#verified = this.#stuckOrders;
        this.emit({ type: 'killVerified', openOrders: this.#stuckOrders });
      }, 1_500),
    );
  }

  #tick(): void {
    this.#updates += this.#market.move(performance.now()) * 3;
    for (const { topic, params } of this.#views.values())
      if (topic !== 'status') this.#sendView(topic, params);
  }

  #trade(): void {
    if (this.#profile === null || this.#market.cut) return;
    for (const closing of this.#open.splice(0, Math.max(0, this.#open.length - 3))) this.#close(closing);
    const made = fakeOpportunity(this.#serial++, nowUs(), this.#random);
    const opened: Opportunity = this.#killed
      ? { ...made, decision: 'killed', decisionDetail: 'the kill switch is latched' }
      : this.#paused
        ? { ...made, decision: 'trading-paused', decisionDetail: 'paused by the operator' }
        : made;
    this.#open.push(opened);
    this.emit({ type: 'opportunityOpened', opportunity: opened });
    if (opened.decision === 'taken') this.#run(opened, nowUs());
    const sample = this.#sample(nowUs());
    this.#curve.push(sample);
    this.emit({ type: 'equitySampled', sample });
  }

  #close(opportunity: Opportunity): void {
    const closed = { ...opportunity, closedUs: nowUs() };
    this.#recent.unshift(closed);
    this.#recent.length = Math.min(this.#recent.length, 200);
    this.emit({ type: 'opportunityClosed', opportunity: closed });
  }

  #run(opportunity: Opportunity, atUs: number): void {
    const run = fakeRun(opportunity, atUs, this.#random);
    this.#runs.unshift(run);
    this.#runs.length = Math.min(this.#runs.length, 200);
    this.#profit += Number(run.execution.profitHome);
    for (const order of run.orders) {
      if (order.state === 'denied') {
        this.emit({
          type: 'orderDenied',
          order,
          code: 'price-collar',
          detail: order.reason,
          numbers: DENIED,
        });
        continue;
      }
      this.emit({ type: 'orderCreated', order: { ...order, state: 'created', filledQty: '0' } });
      const fill = run.fills.find(({ orderId }) => orderId === order.orderId);
      if (fill === undefined) this.emit({ type: 'orderCanceled', order });
      else this.emit({ type: 'orderFilled', order, fill });
    }
    this.emit({ type: 'executionFinished', execution: run.execution });
  }

  #makeHistory(count: number): void {
    for (let i = count; i > 0; i--) {
      const atUs = nowUs() - i * 41_000_000;
      const made = fakeOpportunity(this.#serial++, atUs, this.#random);
      this.#recent.unshift({ ...made, closedUs: atUs + Math.floor(this.#random() * 2_400_000) });
      if (made.decision === 'taken') this.#run(made, atUs);
      this.#curve.push(this.#sample(atUs));
    }
  }

  #sample(atUs: number): EquitySample {
    const unrealized = (this.#random() - 0.5) * 1.4;
    return {
      atUs,
      homeAsset: 'USD',
      equity: (25_000 + this.#profit + unrealized).toFixed(8),
      realizedPnl: this.#profit.toFixed(8),
      unrealizedPnl: unrealized.toFixed(8),
      fees: (this.#runs.length * 3.276_568_65).toFixed(8),
    };
  }

  #status(): EngineStatus {
    return fakeStatus({
      profile: this.#profile,
      nowUs: nowUs(),
      killed: this.#killed,
      openOrders: this.#verified,
      paused: this.#paused,
      cut: this.#market.cut,
      dataAgeUs: this.#market.quote(0, performance.now()).ageUs ?? 0,
      instruments: this.#market.instruments.length,
      updates: this.#updates,
      factSeq: this.#seq,
      recording: this.#recording,
      runs: this.#runs.length,
      inFlight: this.#open.filter(({ decision }) => decision === 'taken').length,
    });
  }

  #snapshot(): OperationOutput<'getSnapshot'> {
    const chosen = this.#profile !== null;
    return structuredClone({
      factSeq: this.#seq,
      status: this.#status(),
      homeAsset: 'USD',
      instruments: chosen ? this.#market.instruments : [],
      balances: chosen ? fakeBalances(this.#profit) : [],
      equity: chosen ? fakeEquity(this.#curve.at(-1), this.#profit) : null,
      openOpportunities: this.#open,
      recentOpportunities: this.#recent,
      recentOrders: this.#runs.flatMap(({ orders }) => orders),
      recentFills: this.#runs.flatMap(({ fills }) => fills),
      recentExecutions: this.#runs.map(({ execution }) => execution),
      recentNews: [],
      recentDenials: [],
      equityCurve: this.#curve,
      limits: this.#limits,
      detection: this.#detection,
    }) as unknown as OperationOutput<'getSnapshot'>;
  }

  #sendView(topic: TopicName, params: unknown): void {
    const key = topicKey(topic, params);
    if (!this.#views.has(key) || isCardboardTopic(topic)) return;
    this.#send({ t: 'views', atUs: nowUs(), views: [{ key, data: this.#viewOf(topic, params) }] });
  }

  #setLimits(id: number, changed: object): void {
    const before = this.#limits;
    this.#limits = { ...before, ...changed };
    this.emit({
      type: 'limitsChanged',
      actor: WINDOW,
      version: 1,
      scope: 'limits',
      changes: changesOf(before, this.#limits),
      after: this.#limits,
    });
    this.#result(id, this.#limits);
  }

  #viewOf(topic: TopicName, params: unknown): unknown {
    if (isCardboardTopic(topic)) return undefined;
    switch (topic) {
      case 'trades':
      case 'bars':
        return this.#market.tape.view(topic, params, nowUs());
      case 'status':
        return this.#status();
      case 'health':
        return this.#profile === null ? undefined : fakeHealth(nowUs());
      case 'risk':
        return this.#profile === null ? undefined : fakeRisk();
      case 'quotes':
        return { quotes: this.#profile === null ? [] : this.#market.quotes(performance.now()) };
      case 'book':
        return this.#market.bookOf(params, performance.now());
      case 'opportunities':
        return { open: this.#open };
      case 'portfolio':
        return {
          balances: this.#profile === null ? [] : fakeBalances(this.#profit),
          equity: fakeEquity(this.#curve.at(-1), this.#profit),
        };
    }
  }

  #result(id: number, data: unknown): void {
    this.#send({ t: 'result', id, ok: true, data });
  }

  #fail(id: number, error: Problem): void {
    this.#send({ t: 'result', id, ok: false, error });
  }

  #send(message: EngineMessage): void {
    if (!this.mute) this.#port.postMessage(encode(message), []);
  }
}

const WINDOW = { kind: 'operator', via: 'window' } as const;
