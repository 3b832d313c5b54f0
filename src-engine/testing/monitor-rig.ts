/** A risk monitor with an account of dollars, to which a test gives the facts of a run step by step. */
import { BookStore } from '../books/book-store.ts';
import type { DecimalText } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import type { Actor, EngineEvent, ExecutionOutcome } from '../domain/event.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS, type RiskLimits } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { Order } from '../domain/order.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { RiskMonitor } from '../risk/risk-monitor.ts';
import { TRIANGLE } from './kernel-harness.ts';
import { sampleOrder } from './sample-events.ts';
import { MonitorContext } from '../risk/monitor-context.ts';

/** 2026-01-01T00:00:00Z. */
export const MONITOR_START = 1_767_225_600_000_000;
export const OPERATOR: Actor = { kind: 'operator', via: 'test' };
const triangle = TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test'));

export function instrumentOf(symbol: string): Instrument {
  const found = triangle.find((one) => one.symbol === symbol);
  if (found === undefined) throw new Error(`no instrument ${symbol}`);
  return found;
}

export const cycleOf = (id: number, ...path: string[]): Cycle => ({
  id,
  venue: 'test',
  path,
  legs: [{ instrumentId: 0, side: 'buy' }],
});

export type RigOptions = {
  /** Held beside the dollars. */
  readonly balances?: readonly {
    readonly asset: string;
    readonly total: string;
    readonly costHome?: DecimalText;
  }[];
  readonly instruments?: readonly Instrument[];
  /** False: what the account is worth is not known yet. */
  readonly hasEquity?: boolean;
};

export class MonitorRig {
  readonly outbox = new Outbox();
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  readonly kills: string[] = [];
  /** Codes of the halts, and their reasons. */
  readonly halts: string[] = [];
  readonly reasons: string[] = [];
  readonly monitor: RiskMonitor;
  /** Orders in flight. */
  readonly orders: Order[] = [];
  nowUs = MONITOR_START;

  /** @param left what an earlier run knew. @param btc held. */
  constructor(
    limits: Partial<RiskLimits> = {},
    left?: RiskSnapshot,
    btc = '0',
    { balances = [], instruments = triangle, hasEquity = true }: RigOptions = {},
  ) {
    this.store = new BookStore(instruments, { depth: 5 });
    const held = [{ asset: 'USD', total: '10000' }, { asset: 'BTC', total: btc }, ...balances];
    const opening = { balances: held, realizedPnl: '0', fees: '0' };
    this.portfolio = new Portfolio(opening, new Marks(instruments, this.store.books, 'USD'));
    this.monitor = new RiskMonitor(
      {
        instruments,
        syncs: this.store.syncs,
        portfolio: this.portfolio,
        outbox: this.outbox,
        detection: () => DEFAULT_DETECTION,
        inventory: () => undefined,
        limits: () => ({ ...DEFAULT_LIMITS, ...limits }),
        openOrders: () => this.orders,
        kill: (reason) => this.kills.push(reason),
        halt: (code, reason) => {
          this.halts.push(code);
          this.reasons.push(reason);
        },
      },
      left,
    );
    if (hasEquity) this.equity('10000');
  }

  /** A book of one level a side, a unit around `mid`, in its units. */
  quote(id: number, mid: number): void {
    const update = new BookUpdate();
    update.reset(id, true, this.nowUs);
    update.pushBid(mid - 1, 10);
    update.pushAsk(mid + 1, 10);
    this.store.apply(update);
  }

  /** A step of the kernel with these facts. */
  step(...events: EngineEvent[]): void {
    this.outbox.events = [...events];
    this.monitor.watch(this.outbox.events, this.nowUs);
  }

  equity(equity: string): void {
    const sample = {
      atUs: this.nowUs,
      homeAsset: 'USD',
      equity,
      realizedPnl: '0',
      unrealizedPnl: '0',
      fees: '0',
    };
    this.step({ type: 'equitySampled', atUs: this.nowUs, sample });
  }

  order(type: 'orderRejected' | 'orderUnknown' | 'orderAccepted' | 'orderCanceled'): void {
    const order = sampleOrder({ venue: 'test', reason: 'EOrder:Rate limit exceeded' });
    this.step({ type, atUs: this.nowUs, order });
  }

  /** Facts of the last step of this type. */
  recent<T extends EngineEvent['type']>(type: T): Extract<EngineEvent, { readonly type: T }>[] {
    return this.outbox.events.filter(
      (event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type,
    );
  }

  pass(seconds: number): void {
    for (let i = 0; i < seconds * 10; i++) {
      this.nowUs += US_PER_SECOND / 10;
      this.monitor.onTick(this.nowUs);
    }
  }

  refused(executionId = ''): string | undefined {
    return new MonitorContext(this.monitor, instrumentOf('BTC/USD'), executionId, undefined, this.nowUs)
      .tripped;
  }

  finish(
    executionId: string,
    path: readonly string[],
    profitHome: string,
    startAmount = '100',
    outcome: ExecutionOutcome = 'completed',
  ): void {
    const execution = {
      executionId,
      opportunityId: 'o',
      venue: 'test',
      path,
      startAmount,
      profit: profitHome,
      profitHome,
      expectedNetBps: 1,
      realizedNetBps: 1,
      dust: [],
      outcome,
      detail: '',
      startedUs: this.nowUs,
      finishedUs: this.nowUs,
    };
    this.step({ type: 'executionFinished', atUs: this.nowUs, execution });
  }
}
