/**
 * One window's session with the engine: joins the client, the replica and the views, and offers what the
 * trader can do. The only place that writes the window's state.
 */
import type { EngineStatus } from '../../src-engine/contract/records.ts';
import type { OperationInput, OperationName, OperationOutput } from '../../src-engine/contract/operations.ts';
import type { Fact, TopicView } from '../../src-engine/contract/topics.ts';
import type { Problem } from '../../src-engine/domain/errors.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { CallError, type ConnectionState, EngineClient } from './client.ts';
import { FactLane, type LaneStep } from './fact-lane.ts';
import { QuoteStore } from './quote-store.ts';
import { Rate } from './rate.ts';
import {
  applyFacts,
  applyOpenView,
  asksForSnapshot,
  fromSnapshot,
  newerEquity,
  type Replica,
} from './replica.ts';
import type { Transport } from './transport.ts';

/** A problem shown until the trader puts it away. */
export type ShownProblem = { readonly id: number; readonly title: string; readonly problem: Problem };

/** The state of this window's own kill call; the latch itself is in the status. */
export type KillCall =
  | { readonly phase: 'idle' }
  | { readonly phase: 'sending' }
  /** The engine cannot be reached: the kill is sent as soon as it answers. */
  | { readonly phase: 'latched'; readonly problem: Problem }
  | {
      readonly phase: 'acknowledged';
      readonly cancelsSent: number;
      /** The engine is killed, and its audit trail does not say so yet. */
      readonly isUnrecorded: boolean;
    }
  | { readonly phase: 'failed'; readonly problem: Problem };

export type SessionState = {
  readonly connection: ConnectionState;
  readonly replica: Replica | null;
  /** When the last status came, on the monotonic clock: its ages are as of then. */
  readonly statusAtMs: number;
  readonly updatesPerSecond: number | null;
  readonly killCall: KillCall;
  readonly problems: readonly ShownProblem[];
};

/** Nothing was sent, or whether it arrived is not known: killing twice does no harm. */
const UNHEARD: ReadonlySet<string> = new Set([
  'engine-unreachable',
  'connection-lost',
  'no-answer',
  'window-closed',
]);

/** Wait before a kill that was not answered is sent again on the same connection. */
const KILL_AGAIN_MS = 1_000;

const READ_ONLY_KILL: Problem = {
  code: 'read-only',
  message: 'This window was opened with a viewer’s token: it is read-only and cannot kill',
  remedy: 'Kill from an operator’s window, or on the engine’s machine: npm run -s parallax -- kill',
};

const MAX_PROBLEMS = 4;
/** The opportunities are sorted again at most this often: rows that jump cannot be read. */
const BOARD_PERIOD_MS = 300;
/** The status comes many times a second; its ages go on by this window's own clock. */
const STATUS_PERIOD_MS = 250;
/** Wait between snapshots that the facts or the status ask for. */
const RESNAPSHOT_MS = 1_000;

export class Session {
  readonly store: StoreApi<SessionState>;
  readonly client: EngineClient;
  readonly quotes = new QuoteStore();
  readonly #lane = new FactLane();
  readonly #rate = new Rate();
  #isStopped = false;
  #loading = false;
  #reloadTimer: ReturnType<typeof setTimeout> | undefined;
  #lastSnapshotMs = Number.NEGATIVE_INFINITY;
  #board: TopicView<'opportunities'>['open'] = [];
  #boardTimer: ReturnType<typeof setTimeout> | undefined;
  #killTimer: ReturnType<typeof setTimeout> | undefined;
  #clockOffsetUs: number | null = null;
  #nextProblem = 1;

  constructor(transport: Transport) {
    this.store = createStore<SessionState>()(() => ({
      connection: { phase: 'connecting', reason: '' },
      replica: null,
      statusAtMs: 0,
      updatesPerSecond: null,
      killCall: { phase: 'idle' },
      problems: [],
    }));
    this.client = new EngineClient(transport, {
      stateChanged: (connection) => this.#connectionChanged(connection),
      facts: (facts) => this.#take(this.#lane.push(facts)),
      gap: () => this.#reload(),
      refused: (problem) => this.showProblem('The engine refused a message of this window', problem),
    });
    this.client.subscribe('status', {}, (status, atUs) => this.#statusCame(status, atUs));
    this.client.subscribe('quotes', {}, ({ quotes }) => this.quotes.update(quotes, performance.now()));
    this.client.subscribe('opportunities', {}, ({ open }) => this.#boardCame(open));
    this.client.subscribe('portfolio', {}, (view) => this.#portfolioCame(view));
  }

  start(): void {
    this.#isStopped = false;
    this.client.start();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#reloadTimer);
    clearTimeout(this.#boardTimer);
    clearTimeout(this.#killTimer);
    this.#reloadTimer = this.#boardTimer = undefined;
    this.client.stop();
  }

  /** The engine's time in µs, from its last message and this machine's monotonic clock. */
  nowUs(): number {
    const nowUs = performance.now() * 1_000;
    return this.#clockOffsetUs === null ? Date.now() * 1_000 : nowUs + this.#clockOffsetUs;
  }

  /** Time since the engine's last word, in ms; null before its first. */
  silentMs(): number | null {
    const heardMs = this.client.lastHeardMs;
    return heardMs === null ? null : performance.now() - heardMs;
  }

  /** Calls and shows the problem, if there is one, under `title`. Undefined when it failed. */
  async run<N extends OperationName>(
    title: string,
    op: N,
    input: OperationInput<N>,
  ): Promise<OperationOutput<N> | undefined> {
    try {
      return await this.client.call(op, input);
    } catch (error) {
      this.showProblem(title, problemOf(error));
      return undefined;
    }
  }

  /**
   * Kills: no question asked, nothing waits. The steps that follow are read from facts and status. Where the engine cannot
   * be reached, or its answer does not come, the kill is latched here and sent when it answers again.
   */
  async kill(): Promise<void> {
    const { connection, killCall } = this.store.getState();
    if (connection.role === 'viewer') {
      this.showProblem('Read-only: nothing was killed', READ_ONLY_KILL);
      return;
    }
    if (killCall.phase !== 'latched') this.store.setState({ killCall: { phase: 'sending' } });
    try {
      const { cancelsSent, audit } = await this.client.call('kill', { reason: 'operator' }, 5_000);
      const isUnrecorded = audit !== undefined;
      this.store.setState({ killCall: { phase: 'acknowledged', cancelsSent, isUnrecorded } });
      this.#patchStatus({ killed: true });
    } catch (error) {
      const problem = problemOf(error);
      const phase = UNHEARD.has(problem.code) ? 'latched' : 'failed';
      this.store.setState({ killCall: { phase, problem } });
      if (phase === 'latched') this.#killAgainLater();
    }
  }

  /** An engine that hangs may receive the next one; one that is lost receives it with its first connection. */
  #killAgainLater(): void {
    clearTimeout(this.#killTimer);
    if (this.#isStopped) return;
    this.#killTimer = setTimeout(() => {
      const { connection, killCall } = this.store.getState();
      if (connection.phase === 'open' && killCall.phase === 'latched') void this.kill();
    }, KILL_AGAIN_MS);
  }

  /** Puts the message of a failed kill away, and takes a latched one back. */
  dismissKill(): void {
    this.store.setState({ killCall: { phase: 'idle' } });
  }

  /** @throws CallError, for the dialog to show. */
  async rearm(): Promise<void> {
    await this.client.call('rearm', { confirm: 'REARM' });
    this.store.setState({ killCall: { phase: 'idle' } });
    this.#patchStatus({ killed: false, killVerifiedOpenOrders: null, killVenues: [] });
  }

  /** @throws CallError, for the page to show. */
  async chooseProfile(input: OperationInput<'chooseProfile'>): Promise<void> {
    const status = await this.client.call('chooseProfile', input, 60_000);
    this.#patchStatus(status);
    this.#reload();
  }

  /** Asks for a fresh snapshot after a change that facts do not carry in full. */
  refresh(): void {
    this.#reload();
  }

  showProblem(title: string, problem: Problem): void {
    const entry = { id: this.#nextProblem++, title, problem };
    this.store.setState(({ problems }) => ({ problems: [entry, ...problems].slice(0, MAX_PROBLEMS) }));
  }

  dismissProblem(id: number): void {
    this.store.setState(({ problems }) => ({ problems: problems.filter((each) => each.id !== id) }));
  }

  #connectionChanged(connection: ConnectionState): void {
    this.store.setState({ connection });
    if (connection.phase !== 'open') {
      clearTimeout(this.#reloadTimer);
      this.#reloadTimer = undefined;
      this.#loading = false;
      return;
    }
    if (this.store.getState().killCall.phase === 'latched') void this.kill();
    // Another engine process may restart its numbering of facts: the old numbers do not apply.
    this.#lastSnapshotMs = Number.NEGATIVE_INFINITY;
    this.#reload();
  }

  #take(step: LaneStep): void {
    const { replica } = this.store.getState();
    if (replica !== null && step.facts.length > 0) {
      this.store.setState({ replica: applyFacts(replica, step.facts) });
    }
    if (step.gap || step.facts.some((fact: Fact) => asksForSnapshot(fact.event))) this.#reload();
  }

  /** One snapshot at a time, and not faster than RESNAPSHOT_MS; facts wait in the lane meanwhile. */
  #reload(): void {
    if (this.#isStopped || this.#loading || this.#reloadTimer !== undefined) return;
    const waitMs = this.#lastSnapshotMs + RESNAPSHOT_MS - performance.now();
    this.#lane.awaitSnapshot();
    if (waitMs <= 0) return void this.#loadSnapshot();
    this.#reloadTimer = setTimeout(() => {
      this.#reloadTimer = undefined;
      void this.#loadSnapshot();
    }, waitMs);
  }

  async #loadSnapshot(): Promise<void> {
    this.#loading = true;
    this.#lastSnapshotMs = performance.now();
    try {
      const snapshot = await this.client.call('getSnapshot', {});
      this.#loading = false;
      const before = this.store.getState().replica;
      if (before !== null && before.status.startedUs !== snapshot.status.startedUs) this.quotes.clear();
      this.store.setState({ replica: fromSnapshot(snapshot, before), statusAtMs: performance.now() });
      this.#take(this.#lane.snapshotArrived(snapshot.factSeq));
    } catch (error) {
      if (!this.#loading) return;
      this.#loading = false;
      if (this.#isStopped) return;
      const problem = problemOf(error);
      // A lost connection loads again by itself once it is back.
      if (problem.code === 'connection-lost' || problem.code === 'engine-unreachable') return;
      this.showProblem('The engine’s state could not be loaded', problem);
      this.#lastSnapshotMs = performance.now();
      this.#reload();
    }
  }

  #statusCame(status: EngineStatus, atUs: number): void {
    const nowMs = performance.now();
    this.#clockOffsetUs = atUs - nowMs * 1_000;
    const { replica, statusAtMs, updatesPerSecond } = this.store.getState();
    if (replica === null) return;
    const before = replica.status;
    if (nowMs - statusAtMs < STATUS_PERIOD_MS && sameStanding(before, status)) return;
    this.store.setState({
      replica: { ...replica, status },
      statusAtMs: nowMs,
      updatesPerSecond: this.#rate.next(status.counters.bookUpdates, status.atUs) ?? updatesPerSecond,
    });
    const otherRun =
      status.profile !== before.profile ||
      status.startedUs !== before.startedUs ||
      status.instruments !== replica.instruments.length;
    if (otherRun) this.#reload();
  }

  #boardCame(open: TopicView<'opportunities'>['open']): void {
    this.#board = open;
    this.#boardTimer ??= setTimeout(() => {
      this.#boardTimer = undefined;
      const { replica } = this.store.getState();
      if (replica !== null) this.store.setState({ replica: applyOpenView(replica, this.#board) });
    }, BOARD_PERIOD_MS);
  }

  #portfolioCame(view: TopicView<'portfolio'>): void {
    const { replica } = this.store.getState();
    if (replica === null) return;
    // The curve grows by facts alone: this view comes many times a second.
    const { equity: known } = replica;
    const equity =
      known === null || view.equity === null ? (view.equity ?? known) : newerEquity(known, view.equity);
    this.store.setState({ replica: { ...replica, balances: view.balances, equity } });
  }

  #patchStatus(patch: Partial<EngineStatus>): void {
    const { replica } = this.store.getState();
    if (replica !== null) {
      this.store.setState({ replica: { ...replica, status: { ...replica.status, ...patch } } });
    }
  }
}

/** True when nothing differs that the trader must see at once. */
function sameStanding(a: EngineStatus, b: EngineStatus): boolean {
  return (
    a.killed === b.killed &&
    a.killVerifiedOpenOrders === b.killVerifiedOpenOrders &&
    a.killProblem === b.killProblem &&
    sameKill(a.killVenues, b.killVenues) &&
    a.paused === b.paused &&
    a.haltReason === b.haltReason &&
    a.profile === b.profile &&
    a.mode === b.mode &&
    a.simulatedMarket === b.simulatedMarket &&
    a.startedUs === b.startedUs &&
    a.recording === b.recording
  );
}

function sameKill(a: EngineStatus['killVenues'], b: EngineStatus['killVenues']): boolean {
  return (
    a.length === b.length &&
    a.every((one, at) => one.openOrders === b[at]?.openOrders && one.problem === b[at]?.problem)
  );
}

/** What went wrong, as a Problem whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof CallError) return error.problem;
  return {
    code: 'window-fault',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'Try again. If it fails again, reload the window; the engine continues meanwhile.',
  };
}
