/**
 * Plays a session again through the very kernel, call by call, and holds what it decides against what the journal has of
 * that session: the same facts in the same order, or the first that differs and the call that led to it. Carries on paper, which no fact of the
 * journal has, are held against the states that they stored.
 */
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import type { StrategyShelf } from '../strategies/session/shelf.ts';
import type { VerifierOf } from '../books/book-verifier.ts';
import type { EngineEvent, ExecutionRecord } from '../domain/event.ts';
import type { TimeUs } from '../domain/time.ts';
import { Kernel } from '../kernel/kernel.ts';
import { isCarryCall } from '../strategies/carry/carry-calls.ts';
import { CarryComparison, type MakeCarries } from './carry-comparison.ts';
import type { KernelCall, SessionLog } from './session-log.ts';

/** One cycle as it was recorded and as it came out again; null: it was not traded. */
export type TradeRow = {
  readonly executionId: string;
  readonly path: readonly string[];
  readonly recorded: string | null;
  readonly replayed: string | null;
};

export type StrategyFillRow = {
  readonly strategy: string;
  readonly recorded: number;
  readonly replayed: number;
};

export type FirstDifference = {
  /** Which fact of the session, from 1 on (of carries, which are stored beside the journal, the one that came next), and the line of the log whose call led to it. */
  readonly fact: number;
  readonly line: number;
  readonly atUs: TimeUs;
  /** What the kernel was given. */
  readonly given: string;
  readonly recorded: string | null;
  readonly replayed: string | null;
};

export type Divergence = {
  readonly runId: string;
  readonly isIdentical: boolean;
  readonly facts: number;
  readonly calls: number;
  readonly orders: number;
  /** States of carries on paper that were compared. */
  readonly carries: number;
  readonly trades: readonly TradeRow[];
  /** Fills of strategies, a portfolio among them, as they were recorded and as they came out again. */
  readonly strategies: readonly StrategyFillRow[];
  readonly first: FirstDifference | null;
  /** Facts of the last calls that the journal did not get, as the process ended first. */
  readonly unstored: number;
};

/** What a session ran, and how the code of one is loaded before it is set. */
export type ReplayedStrategies = {
  readonly shelf: StrategyShelf;
  prepare(setup: StrategySetup): Promise<void>;
};

const SHOWN = 400;

/**
 * @param journal facts of the session's run as they were stored, in their order.
 * @param verifierOf the rules of the venues; see BookStore. @param strategies those that the session ran; one whose code is gone or has changed differs.
 * @param makeCarries makes its carries on paper; what they stored is left out without.
 */
export async function findDivergence(
  log: SessionLog,
  journal: AsyncIterable<EngineEvent>,
  verifierOf?: VerifierOf,
  strategies?: ReplayedStrategies,
  makeCarries?: MakeCarries,
): Promise<Divergence> {
  for (const { setup } of log.config.strategies ?? []) await strategies?.prepare(setup);
  const kernel = new Kernel({ ...log.config, verifierOf, shelf: strategies?.shelf });
  const carries = makeCarries && new CarryComparison(makeCarries(kernel.store));
  const stored = journal[Symbol.asyncIterator]();
  const trades = new Map<
    string,
    { path: readonly string[]; recorded: string | null; replayed: string | null }
  >();
  const fills = new Map<string, { strategy: string; recorded: number; replayed: number }>();
  let [facts, calls, orders, unstored] = [0, 0, 0, 0];
  let first: FirstDifference | null = null;
  let isOver = false;
  /** Facts from before the run began are not part of it: ends of orders that an earlier one had left. */
  let next = await stored.next();
  while (next.done !== true && next.value.type !== 'runStarted') next = await stored.next();

  const compare = async (event: EngineEvent, line: number, call: KernelCall): Promise<void> => {
    facts++;
    if (event.type === 'orderCreated') orders++;
    note(trades, event, 'replayed');
    count(fills, event, 'replayed');
    if (next.done === true) {
      isOver = true;
      unstored++;
      return;
    }
    note(trades, next.value, 'recorded');
    count(fills, next.value, 'recorded');
    const [recorded, replayed] = [JSON.stringify(next.value), JSON.stringify(event)];
    if (recorded !== replayed)
      first ??= { fact: facts, line, atUs: event.atUs, given: given(call), recorded, replayed };
    next = await stored.next();
  };

  for await (const { line, call } of log.calls()) {
    calls++;
    if (isCarryCall(call)) {
      const found = carries?.take(call);
      if (found === undefined) continue;
      first = { fact: facts + 1, line, ...found };
      break;
    }
    if (call.call === 'step' && call.input.kind === 'command' && call.input.command.type === 'setStrategy')
      await strategies?.prepare(call.input.command.setup);
    carryOut(kernel, call);
    const { events } = kernel.outbox;
    if (events.length === 0 && kernel.outbox.effects.length === 0) continue;
    kernel.outbox.events = [];
    kernel.outbox.effects = [];
    for (const event of events) {
      await compare(event, line, call);
      if (first !== null) break;
    }
    // From the first difference on the two are different sessions.
    if (first !== null) break;
  }
  const unmet = first === null ? carries?.end() : undefined;
  if (unmet !== undefined) first = { fact: facts + 1, line: calls + 1, ...unmet };
  if (first === null && !isOver && next.done !== true) {
    const recorded = JSON.stringify(next.value);
    first = {
      fact: facts + 1,
      line: calls + 1,
      atUs: next.value.atUs,
      given: 'nothing more',
      recorded,
      replayed: null,
    };
  }
  return {
    runId: log.config.runId,
    isIdentical: first === null,
    facts,
    calls,
    orders,
    carries: carries?.compared ?? 0,
    trades: [...trades].map(([executionId, row]) => ({ executionId, ...row })),
    strategies: [...fills.values()],
    first: first === null ? null : { ...first, recorded: cut(first.recorded), replayed: cut(first.replayed) },
    unstored,
  };
}

function carryOut(kernel: Kernel, call: KernelCall): void {
  switch (call.call) {
    case 'begin':
      return kernel.begin(call.atUs);
    case 'end':
      return kernel.end(call.atUs);
    case 'step':
      return kernel.step(call.input);
    case 'take':
      kernel.takeBook(call.update);
      return;
    case 'look':
      kernel.look(call.instrumentId, call.atUs);
  }
}

function note(
  trades: Map<string, { path: readonly string[]; recorded: string | null; replayed: string | null }>,
  event: EngineEvent,
  side: 'recorded' | 'replayed',
): void {
  if (event.type !== 'executionFinished') return;
  const { executionId, path } = event.execution;
  const row = trades.get(executionId) ?? { path, recorded: null, replayed: null };
  row[side] = outcomeText(event.execution);
  trades.set(executionId, row);
}

function count(
  fills: Map<string, { strategy: string; recorded: number; replayed: number }>,
  event: EngineEvent,
  side: 'recorded' | 'replayed',
): void {
  if (event.type !== 'strategyFilled') return;
  const { strategy } = event;
  const row = fills.get(strategy) ?? { strategy, recorded: 0, replayed: 0 };
  row[side]++;
  fills.set(strategy, row);
}

const outcomeText = ({ outcome, profit, startAmount }: ExecutionRecord): string =>
  `${outcome}, ${profit} on ${startAmount}`;

/** The cause, for a person: what the kernel was given when it decided differently. */
function given(call: KernelCall): string {
  if (call.call !== 'step')
    return call.call === 'take' ? `a book message of instrument ${call.update.instrumentId}` : call.call;
  const { input } = call;
  if (input.kind === 'book') return `a book message of instrument ${input.instrumentId}`;
  if (input.kind === 'order') return `a venue report on an order: ${cut(JSON.stringify(input.event)) ?? ''}`;
  if (input.kind === 'command') return `the command ${input.command.type}`;
  return input.kind === 'tick' ? 'a tick of the clock' : `an input: ${input.kind}`;
}

function cut(text: string | null): string | null {
  return text === null || text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
