/**
 * The watchdog's process. It hears the heartbeats of an engine's decision loop; when they stop, because the engine is dead
 * or frozen, it cancels every order of the account and says so. It asks the venue for nothing else, ever.
 */
import { engineOf } from '../gateway/runtime-file.ts';
import { US_PER_MS } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { emergencyCancelOf } from '../venues/emergency-registry.ts';
import type { Network } from '../venues/network.ts';
import { WatchdogNetwork } from '../venues/watchdog-network.ts';
import type { EmergencyCancel } from '../venues/venue-account.ts';
import { cancelAccount, type Progress } from './cancel-account.ts';
import {
  type FromWatchdog,
  LineReader,
  type StartMessage,
  type ToWatchdog,
  toWatchdog,
  type WatchdogReport,
} from './messages.ts';
import { LOOK_MS, Patience } from './patience.ts';
import { writeReport } from './report-file.ts';

/** A frozen engine's connection may hang; the next try comes sooner than by default. */
const CALL_TIMEOUT_MS = 4_000;

/** The end of a pipe, as far as it is read here. */
export type WatchInput = {
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', hear: (chunk: string | Buffer) => void): unknown;
  on(event: 'end' | 'error', hear: () => void): unknown;
};

export type WatchIo = {
  readonly input: WatchInput;
  /** To the engine. It may be gone. */
  say(message: FromWatchdog): void;
  /** To the operator. */
  note(text: string): void;
};

/** The machine that it runs on. */
export type WatchHost = {
  readonly clock: Clock;
  readonly network: Network;
  /** Process id of the engine that has the data folder now; undefined: none. */
  engineOf(dataDir: string): number | undefined;
  /** Hears each report once it is written. */
  onReport(report: WatchdogReport): void;
};

const thisMachine = (): WatchHost => ({
  clock: new SystemClock(),
  network: new WatchdogNetwork(),
  engineOf,
  onReport: () => undefined,
});

/** Watches one engine. Resolves when there is nothing left to watch: it ended, or its orders were canceled. */
export function watch(io: WatchIo, host: WatchHost = thisMachine()): Promise<void> {
  return new Promise((resolve) => {
    let watching: Watch | undefined;
    const onMessage = (message: ToWatchdog): void => {
      if (message.t === 'start') watching ??= new Watch(message, io, host, resolve);
      else if (message.t === 'end') {
        watching?.onCleanEnd();
        resolve();
      } else watching?.onBeat(message.nonce);
    };
    let faults = 0;
    const reader = new LineReader(toWatchdog, onMessage, () => {
      // The first, the tenth, the hundredth: a flood of them must not fill the terminal or its file.
      if (/^10*$/.test(String(++faults))) io.note(`watchdog: ${faults} invalid lines ignored so far`);
    });
    io.input.setEncoding('utf8');
    io.input.on('data', (chunk: string | Buffer) => reader.take(String(chunk)));
    // The process at the other end is gone, without a goodbye message.
    const onGone = (): void => (watching === undefined ? resolve() : watching.onEngineGone());
    io.input.on('end', onGone);
    io.input.on('error', onGone);
  });
}

class Watch {
  readonly #start: StartMessage;
  readonly #io: WatchIo;
  readonly #host: WatchHost;
  readonly #resolve: () => void;
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #venue: EmergencyCancel;
  #stopLooking: () => void = () => undefined;
  #nonce = 0n;
  #isGone = false;
  #isOver = false;
  #isActing = false;
  /** Acted, and the engine has not stirred since. */
  #hasActed = false;
  #lastReport: WatchdogReport | undefined;

  constructor(start: StartMessage, io: WatchIo, host: WatchHost, resolve: () => void) {
    this.#start = start;
    this.#io = io;
    this.#host = host;
    this.#clock = host.clock;
    this.#resolve = resolve;
    this.#patience = new Patience(start.silenceMs);
    this.#venue = emergencyCancelOf(start.adapter)({
      clock: this.#clock,
      network: host.network,
      credential: start.credential,
      // Its nonces begin above the engine's, and are in the report.
      nonces: { load: () => Promise.resolve(undefined), save: (used) => this.#saveNonce(used) },
      tier: start.tier,
      restUrl: start.restUrl,
      timeoutMs: CALL_TIMEOUT_MS,
    });
    this.#lookLater();
    io.say({ t: 'watching' });
  }

  /** Each beat is answered: an engine that hears no answer takes this process for lost. */
  onBeat(nonce: string | undefined): void {
    this.#patience.onBeat();
    this.#io.say({ t: 'heard' });
    if (nonce !== undefined) this.#venue.raiseNonce(BigInt(nonce));
    if (!this.#hasActed) return;
    this.#hasActed = false;
    this.#io.note(`watchdog: the engine ${this.#start.enginePid} responds again`);
    if (!this.#isActing) this.#sayActed();
  }

  onCleanEnd(): void {
    this.#isOver = true;
    this.#stopLooking();
  }

  onEngineGone(): void {
    if (this.#isOver || this.#isGone) return;
    this.#isGone = true;
    this.#stopLooking();
    void this.#act('dead');
  }

  #lookLater(): void {
    this.#stopLooking = this.#clock.schedule(this.#clock.nowUs() + LOOK_MS * US_PER_MS, () => {
      this.#lookLater();
      this.#look();
    });
  }

  #look(): void {
    this.#patience.onLook(this.#clock.nowUs() / US_PER_MS);
    if (this.#patience.isOver && !this.#isActing && !this.#hasActed) void this.#act('frozen');
  }

  async #act(cause: WatchdogReport['cause']): Promise<void> {
    // A cancel under way for a frozen engine serves a dead one as well, and is followed by another.
    while (this.#isActing) await this.#sleep();
    this.#isActing = true;
    this.#hasActed = true;
    const { enginePid, venue } = this.#start;
    const silentMs = Math.round(this.#patience.silentMs);
    const startUs = this.#clock.nowUs();
    this.#io.note(`watchdog: the engine ${enginePid} is ${cause}; canceling every order at ${venue}`);
    const reportProgress = (progress: Progress): void => {
      const tookMs = Math.round((this.#clock.nowUs() - startUs) / 1_000);
      const nonce = this.#nonce.toString();
      this.#saveReport({ atUs: startUs, enginePid, venue, cause, silentMs, tookMs, nonce, ...progress });
    };
    const outcome = await cancelAccount({
      venue: this.#venue,
      clock: this.#clock,
      stopReason: () => this.#stopReason(),
      onProgress: reportProgress,
    });
    if (!outcome.verified) reportProgress(outcome);
    const said = outcome.verified ? 'nothing is open' : `NOT verified: ${outcome.problem}`;
    this.#io.note(`watchdog: ${outcome.canceled} orders canceled at ${venue}, ${said}`);
    this.#isActing = false;
    if (cause === 'dead') this.#resolve();
    else if (!this.#hasActed) this.#sayActed();
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.schedule(this.#clock.nowUs() + LOOK_MS * US_PER_MS, resolve);
    });
  }

  #sayActed(): void {
    if (this.#lastReport !== undefined) this.#io.say({ t: 'acted', report: this.#lastReport });
  }

  /** Nothing is canceled under an engine that lives: neither ours, when it responds again, nor one that came after it. */
  #stopReason(): string {
    if (this.#isOver) return 'the engine has shut down';
    if (!this.#isGone && !this.#hasActed) return 'the engine responds again';
    const other = this.#host.engineOf(this.#start.dataDir);
    return other === undefined || other === this.#start.enginePid
      ? ''
      : `the engine ${other} has taken over the data folder`;
  }

  #saveReport(report: WatchdogReport): void {
    this.#lastReport = report;
    try {
      writeReport(this.#start.dataDir, report);
      this.#host.onReport(report);
    } catch (error) {
      this.#io.note(`watchdog: the report could not be written: ${String(error)}`);
    }
  }

  #saveNonce(used: bigint): Promise<void> {
    this.#nonce = used;
    return Promise.resolve();
  }
}
