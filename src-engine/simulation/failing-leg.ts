/**
 * One leg of each route fails, every time: an order at another venue than the first order of its route never does what was decided. What
 * evens the route out at the first venue goes well.
 */
import type { EngineEvent } from '../domain/event.ts';
import type { ExecutionId, OrderId, VenueName } from '../domain/ids.ts';
import { SeededRandom } from '../lib/random.ts';
import type { SimulatedExchange } from './simulated-exchange.ts';

/**
 * `refused`: the venue rejects it. `partial`: it fills a share of it at most. `lost`: it never reaches the venue. `unanswered`: the venue
 * carries it out, and no word of it comes back until it is asked for.
 */
export const LEG_FAILURES = ['refused', 'partial', 'lost', 'unanswered'] as const;

export type LegFailure = (typeof LEG_FAILURES)[number];

export class FailingLeg {
  /** Seeds go through them in turn. */
  readonly failure: LegFailure;
  /** Of a partial fill. */
  readonly share: number;
  /** Where the first order of each execution was made. */
  readonly #firstOf = new Map<ExecutionId, VenueName>();
  readonly #failing = new Set<OrderId>();
  /** What the venues call those that are unanswered. */
  readonly #names = new Set<string>();

  constructor(seed: number) {
    this.failure = LEG_FAILURES[seed % LEG_FAILURES.length] ?? 'refused';
    this.share = new SeededRandom(seed, 15).next();
  }

  /** So many orders were made to fail. */
  get count(): number {
    return this.#failing.size;
  }

  /** Called before these intents are reported as durable, so before any of them leaves. */
  onKept(intents: readonly EngineEvent[]): void {
    for (const event of intents) {
      if (event.type !== 'orderCreated') continue;
      const { executionId, orderId, venue } = event.order;
      const first = this.#firstOf.get(executionId);
      if (first === undefined) this.#firstOf.set(executionId, venue);
      else if (first !== venue) this.#failing.add(orderId);
    }
  }

  /** From now on, to the end of the world. */
  befall({ core, network, kit }: SimulatedExchange): void {
    const { failure, share } = this;
    const fails = (id = ''): boolean => this.#failing.has(id.replaceAll('-', ''));
    if (failure === 'refused') core.faults.rejectionOf = (id) => (fails(id) ? kit.rejection : undefined);
    else if (failure === 'partial') core.faults.fractionOf = (id) => (fails(id) ? share : undefined);
    else if (failure === 'lost')
      network.faults.loses = (text, way) => way === 'there' && fails(kit.words.orderIdOf(text));
    else {
      core.listen({
        onExecution: ({ order }) => {
          const { clOrdId = '' } = order.terms;
          if (fails(clOrdId)) for (const name of [clOrdId, order.orderId]) this.#names.add(name);
        },
        onLedger: () => undefined,
      });
      network.faults.loses = (text, way) => way === 'back' && this.#isNamedIn(text);
    }
  }

  #isNamedIn(text: string): boolean {
    for (const name of this.#names) if (text.includes(name)) return true;
    return false;
  }
}
