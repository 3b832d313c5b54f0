/** The engine as a utility process: forked, watched, started again after a crash, and shut down in peace. */
import { MessageChannelMain, type MessagePortMain, utilityProcess, type UtilityProcess } from 'electron';
import {
  decodeEngineNotice,
  type EngineNotice,
  type HostMessage,
} from '../src-engine/contract/host-messages.ts';
import type { EngineAddress } from '../src-engine/contract/engine-address.ts';

export type RestartPolicy = {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** This many restarts within `withinMs` are tried; then a person has to decide. */
  readonly maxRestarts: number;
  readonly withinMs: number;
};

export const RESTART_POLICY: RestartPolicy = {
  firstDelayMs: 500,
  maxDelayMs: 15_000,
  maxRestarts: 5,
  withinMs: 10 * 60_000,
};

/** A kill that is not acknowledged in this time is sent again. */
const KILL_REPEAT_MS = 500;
/** An engine that does not agree to a hold in this time is not held. */
const HOLD_MS = 5_000;
/** How long a quit waits for the engine, step by step; its watchdog cancels at the venue for one that did not end as it should. */
export type QuitBounds = {
  /** What is under way is brought to its end (6 s at most) and written out. */
  readonly drainMs: number;
  /** After SIGTERM. */
  readonly endMs: number;
  /** After SIGKILL, which ends a process that is stopped too; then the desktop goes without having seen its end. */
  readonly killMs: number;
};

const QUIT_BOUNDS: QuitBounds = { drainMs: 10_000, endMs: 2_000, killMs: 2_000 };

/** What main knows of an engine elsewhere: where it is, and its token. */
export type RemoteEngine = Pick<EngineAddress, 'origin' | 'socketUrl' | 'name'> & { readonly token: string };

type EngineProcessOptions = {
  readonly entry: string;
  readonly args: readonly string[];
  /** The process is a link to this engine, and up once it says so. */
  readonly remote?: RemoteEngine;
  readonly restartPolicy?: RestartPolicy;
  readonly quitBounds?: QuitBounds;
  /** The engine has come up: windows need ports to it. */
  readonly onStarted: () => void;
  readonly onNotice: (notice: EngineNotice) => void;
  readonly onCrashed: (code: number, restartInMs: number) => void;
  readonly onGivenUp: (reason: string) => void;
};

export class EngineProcess {
  readonly #options: EngineProcessOptions;
  readonly #policy: RestartPolicy;
  #process: UtilityProcess | undefined;
  #isUp = false;
  /** Windows can be given ports: once the engine says that it is ready, and for a link while it stands. */
  #isLinked = false;
  #isStopping = false;
  #refusal: string | undefined;
  #restartTimesMs: number[] = [];
  #restartTimer: NodeJS.Timeout | undefined;
  /** Who pressed kill, until the engine has acknowledged it: a crash in between must not lose it. */
  #killVia: string | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #onHeld: (isOn: boolean) => void = () => undefined;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#policy = options.restartPolicy ?? RESTART_POLICY;
  }

  start(): void {
    if (this.#process !== undefined || this.#isStopping) return;
    this.#refusal = undefined;
    const child = utilityProcess.fork(this.#options.entry, [...this.#options.args], {
      serviceName: 'Parallax engine',
      stdio: 'inherit',
    });
    this.#process = child;
    child.on('spawn', () => {
      this.#isUp = true;
      const { remote } = this.#options;
      if (remote !== undefined) {
        const { origin, socketUrl, token } = remote;
        this.#send({ t: 'attach', origin, socketUrl, token });
      }
      if (this.#killVia !== undefined) this.#sendKill();
    });
    child.on('message', (data: unknown) => this.#receive(data));
    child.on('exit', (code: number) => this.#exited(code));
  }

  /** Starts again after giving up, with a fresh count of restarts. */
  startAgain(): void {
    this.#restartTimesMs = [];
    this.start();
  }

  /**
   * A fresh way to the engine: one end goes there, the answer is the window's. Undefined while no process is
   * up; `onStarted` says when to ask again.
   */
  openPort(): MessagePortMain | undefined {
    if (!this.#isLinked) return undefined;
    const { port1, port2 } = new MessageChannelMain();
    this.#send({ t: 'window-port' }, [port1]);
    return port2;
  }

  /** Repeated until the engine acknowledges, across crashes too. */
  kill(via: string): void {
    this.#killVia = via;
    this.#sendKill();
  }

  /** False where there is none that could take it now. */
  open(path: string): boolean {
    if (!this.#isLinked) return false;
    this.#send({ t: 'open', path });
    return true;
  }

  /**
   * Has the engine arm nothing and begin no job, or lets it again. An engine elsewhere goes on without this desktop, and one that has
   * ended begins nothing.
   * @returns false where the engine has not agreed in time. Never rejects.
   */
  async hold(isOn: boolean, withinMs = HOLD_MS): Promise<boolean> {
    if (this.#options.remote !== undefined || this.#process === undefined) return true;
    const agreed = new Promise<void>((resolve) => {
      this.#onHeld = (held) => {
        if (held === isOn) resolve();
      };
    });
    this.#send({ t: 'hold', isOn });
    return isWithin(agreed, withinMs);
  }

  power(state: 'suspend' | 'resume'): void {
    this.#send({ t: 'power', state });
  }

  /** Resolves when the process has ended, at the latest when `QuitBounds` are over. */
  async shutdown(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#killTimer);
    const child = this.#process;
    if (child === undefined) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#send({ t: 'shutdown' });
    const { drainMs, endMs, killMs } = this.#options.quitBounds ?? QUIT_BOUNDS;
    if (await isWithin(ended, drainMs)) return;
    child.kill();
    if (await isWithin(ended, endMs)) return;
    if (child.pid !== undefined) killAtOnce(child.pid);
    await isWithin(ended, killMs);
  }

  #send(message: HostMessage, ports: MessagePortMain[] = []): void {
    if (this.#isUp) this.#process?.postMessage(message, ports);
  }

  #linked(): void {
    this.#isLinked = true;
    this.#options.onStarted();
  }

  #sendKill(): void {
    if (this.#killVia === undefined) return;
    clearTimeout(this.#killTimer);
    this.#send({ t: 'kill', via: this.#killVia });
    this.#killTimer = setTimeout(() => this.#sendKill(), KILL_REPEAT_MS);
  }

  #receive(data: unknown): void {
    const notice = decodeEngineNotice(data);
    if (notice === undefined) return;
    if (notice.t === 'killed' || notice.t === 'kill-refused') {
      this.#killVia = undefined;
      clearTimeout(this.#killTimer);
    }
    if (notice.t === 'lost') this.#isLinked = false;
    if (notice.t === 'held') return this.#onHeld(notice.isOn);
    this.#options.onNotice(notice);
    // Not before: a slow start (a large journal to check) would outlast the window's wait for a greeting.
    if (notice.t === 'ready') this.#linked();
    if (this.#options.remote === undefined) {
      if (notice.t === 'refused') this.#refusal = notice.message;
      return;
    }
    // A link that was refused has nothing left to do; its process waits for the order to end.
    if (notice.t === 'refused') {
      this.#isLinked = false;
      this.#options.onGivenUp(notice.message);
    }
  }

  #exited(code: number): void {
    this.#process = undefined;
    this.#isUp = false;
    this.#isLinked = false;
    if (this.#isStopping) return;
    if (this.#refusal !== undefined) {
      this.#options.onGivenUp(this.#refusal);
      return;
    }
    const nowMs = performance.now();
    this.#restartTimesMs = this.#restartTimesMs.filter((atMs) => nowMs - atMs < this.#policy.withinMs);
    const tried = this.#restartTimesMs.length;
    if (tried >= this.#policy.maxRestarts) {
      const minutes = this.#policy.withinMs / 60_000;
      this.#options.onGivenUp(
        `The engine stopped ${tried + 1} times within ${minutes} minutes (last exit code ${code}).`,
      );
      return;
    }
    this.#restartTimesMs.push(nowMs);
    const delayMs = Math.min(this.#policy.firstDelayMs * 2 ** tried, this.#policy.maxDelayMs);
    this.#options.onCrashed(code, delayMs);
    this.#restartTimer = setTimeout(() => this.start(), delayMs);
  }
}

/** One that ended a moment ago needs none. */
function killAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function isWithin(ended: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isEnded = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return isEnded;
}
