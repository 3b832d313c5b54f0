/** The watchdog beside the session of a live account: what it hears, and what becomes of what it did. */
import type { WatchdogDeed } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { Runner } from '../runner/runner.ts';
import type { Credential, NonceStore } from '../venues/venue-account.ts';
import type { WatchdogReport } from '../watchdog/messages.ts';
import { dropReport, hasDamagedReport, readReport } from '../watchdog/report-file.ts';
import {
  type KeeperHost,
  startWatchdog,
  type Watchdog,
  type WatchdogOptions,
} from '../watchdog/start-watchdog.ts';

export type GuardOptions = {
  readonly dataDir: string;
  readonly venue: VenueName;
  readonly clock: Clock;
  /** Id of the adapter that speaks the venue's protocol. */
  readonly adapter: VenueName;
  readonly credential: Credential;
  readonly tier?: string | undefined;
  /** The venue's own address when left out. */
  readonly restUrl?: string | undefined;
  /** So long without a sign of life is frozen: 2,000 to 60,000; 5,000 when left out. */
  readonly silenceMs?: number | undefined;
  /** What differs from this machine where its process is kept. */
  readonly host?: Partial<KeeperHost> | undefined;
  readonly nonces: SharedNonces;
};

type Ear = Pick<Runner, 'submit' | 'settled'>;

export class AccountGuard {
  readonly #options: GuardOptions;
  #watchdog: Watchdog | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /**
   * Reports what a watchdog did when an earlier engine died, then starts one for this. Where it does not start, the run
   * is informed: nothing new begins at this venue until another one watches.
   */
  async start(runner: Ear): Promise<void> {
    const { dataDir, clock, nonces, host, ...account } = this.#options;
    const earlier = readReport(dataDir, account.venue);
    if (hasDamagedReport(dataDir, account.venue)) await this.#report(this.#damagedDeed(), runner);
    else if (earlier !== undefined) await this.#takeReport(earlier, runner);
    const options: WatchdogOptions = {
      ...account,
      dataDir,
      nonceFloor: () => nonces.floor,
      onActed: (report) => void this.#takeReport(report, runner),
      onLost: (reason) => {
        runner.submit({ kind: 'watchdog-lost', venue: account.venue, reason, atUs: clock.nowUs() });
      },
      onBack: () => {
        runner.submit({ kind: 'watchdog-back', venue: account.venue, atUs: clock.nowUs() });
      },
    };
    this.#watchdog = await startWatchdog(options, host);
  }

  get isWatching(): boolean {
    return this.#watchdog?.isWatching === true;
  }

  /** The decision loop has taken a tick to its end. */
  beat(nowUs: TimeUs): void {
    this.#watchdog?.beat(nowUs);
  }

  async stop(): Promise<void> {
    await this.#watchdog?.stop();
  }

  #takeReport(report: WatchdogReport, runner: Ear): Promise<void> {
    return this.#report(deedOf(report), runner);
  }

  /** Something was done, and its report cannot be believed: the worst is taken. */
  #damagedDeed(): WatchdogDeed {
    const { clock, venue } = this.#options;
    const problem = 'its report is damaged: what it did is unknown; check the open orders at the venue';
    const unknown = { silentMs: 0, canceled: 0, verified: false, tookMs: 0, problem };
    return { actedUs: clock.nowUs(), venue, cause: 'dead', ...unknown };
  }

  /** The file goes only once the fact is durable. */
  async #report(deed: WatchdogDeed, runner: Ear): Promise<void> {
    const { clock, dataDir, venue } = this.#options;
    runner.submit({ kind: 'watchdog-acted', deed, atUs: clock.nowUs() });
    await runner.settled();
    try {
      dropReport(dataDir, venue);
    } catch {
      // A file that cannot be removed is reported again by the next engine.
    }
  }
}

function deedOf(report: WatchdogReport): WatchdogDeed {
  const { atUs, venue, cause, silentMs, canceled, verified, tookMs, problem } = report;
  return { actedUs: atUs, venue, cause, silentMs, canceled, verified, tookMs, problem };
}

export type SharedNonces = NonceStore & {
  /** No nonce of this process is above it; undefined before the first. */
  readonly floor: bigint | undefined;
};

/** The nonces of a key that a watchdog uses as well: it hears how far they went, and its own are respected here. */
export function sharedNonces(store: NonceStore, dataDir: string, venue: VenueName): SharedNonces {
  let floor: bigint | undefined;
  const raise = (watermark: bigint | undefined): bigint | undefined => {
    if (watermark !== undefined && (floor === undefined || watermark > floor)) floor = watermark;
    return floor;
  };
  return {
    get floor() {
      return floor;
    },
    async load() {
      const report = readReport(dataDir, venue);
      if (report !== undefined) raise(BigInt(report.nonce));
      return raise(await store.load());
    },
    async save(watermark) {
      await store.save(watermark);
      raise(watermark);
    },
  };
}
