/**
 * Updates of the desktop, from the look at the feed to the installation. A look and a download are the trader's, or the look is the one of a
 * day; an installation is the trader's alone, and only while nothing is armed and no job of the lab runs.
 */
import type { UpdateRequest, UpdateState, UpdateStep } from '../../src-engine/contract/update-records.ts';
import { compareVersions } from '../../src-engine/lib/version-order.ts';
import { DownloadError, type Fetch, feedAddress, fetchPackage, readSmall } from './download.ts';
import { commandFor, install, InstallError, type InstallHost, isBySystem } from './install.ts';
import { isPackage, isPackageNow, type KeptPackage, PackageShelf } from './package-shelf.ts';
import {
  type Feed,
  MAX_FEED_BYTES,
  type PackageFile,
  type PackageKind,
  packageIn,
  readFeed,
} from './signed-feed.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const FIRST_LOOK_MS = 60_000;

export type UpdatesParts = {
  readonly version: string;
  readonly system: string;
  readonly arch: string;
  readonly kind: PackageKind | undefined;
  /** Pinned public keys of the project. */
  readonly keys: readonly string[];
  readonly folder: string;
  readonly fetch: Fetch;
  readonly nowMs: () => number;
  readonly host: InstallHost;
  /** Why nothing may be installed now; empty: it may. Asked at each state, and again before an installation. */
  readonly blocked: () => string;
  /**
   * While it holds, the engine of this machine arms nothing and begins no job.
   * @returns false where the engine does not agree. Never rejects.
   */
  readonly hold: (isOn: boolean) => Promise<boolean>;
  readonly onState: (state: UpdateState) => void;
  /** A version of which the trader was not notified before. */
  readonly onNewer: (version: string) => void;
  readonly onFeed: (address: string) => void;
  readonly stallMs?: number;
};

type Offer = {
  readonly feed: Feed;
  readonly file: PackageFile;
  /** The feed as it came, with its signatures. */
  readonly signed: Uint8Array;
};

export class Updates {
  readonly #parts: UpdatesParts;
  readonly #shelf: PackageShelf;
  readonly #unable: string;
  /** Before that nothing new is put there, as it would be taken for a rest. */
  readonly #tidied: Promise<void>;
  #feed = '';
  #step: UpdateStep = 'idle';
  #offer: Offer | undefined;
  #received = 0;
  #problem = '';
  /** In which step that came up. */
  #failed: UpdateStep = 'idle';
  /** A package for the system's package manager that was verified when the trader asked for it. */
  #verified: KeptPackage | undefined;
  /** Set while this program ends for an installation; takes that back. */
  #takeBack: (() => void) | undefined;
  #checkedAtMs: number | null = null;
  #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** @param feed the address that is set, or empty. */
  constructor(parts: UpdatesParts, feed: string) {
    this.#parts = parts;
    this.#shelf = new PackageShelf(parts.folder, (kept, signed) => isProved(kept, signed, parts));
    this.#unable = unableOf(parts);
    // A program without keys proves nothing: what another one of this user keeps there stays.
    this.#tidied =
      this.#unable === '' ? this.#shelf.tidy(parts.version).catch(() => undefined) : Promise.resolve();
    this.#use(feed);
  }

  get state(): UpdateState {
    const { version, kind } = this.#parts;
    const blocked = this.#parts.blocked();
    const verified = blocked === '' ? this.#verified : undefined;
    const isOff = this.#feed === '' || this.#unable !== '';
    return {
      version,
      feed: this.#feed,
      unable: this.#unable,
      step: isOff && this.#step === 'idle' ? 'off' : this.#step,
      offered:
        this.#offer === undefined
          ? null
          : {
              version: this.#offer.feed.version,
              released: this.#offer.feed.released,
              notes: this.#offer.feed.notes,
            },
      received: this.#received,
      size: this.#offer?.file.size ?? 0,
      staged: this.#next()?.version ?? '',
      isBySystem: isBySystem(kind),
      command:
        verified === undefined
          ? null
          : {
              version: verified.version,
              line: commandFor(verified.kind, this.#shelf.pathOf(verified), verified.sha512),
            },
      previous: this.#last()?.version ?? '',
      blocked,
      problem: this.#problem,
      checkedAtMs: this.#checkedAtMs,
    };
  }

  /** What the window asks. Never rejects: what goes wrong is in the state. */
  async ask(request: UpdateRequest): Promise<void> {
    if (request.t === 'feed') return this.#setFeed(request.address.trim());
    if (request.t === 'cancel') return this.#stop.abort();
    if (this.#step !== 'idle' || this.#unable !== '') return this.publish();
    if (request.t === 'check') await this.#during('checking', () => this.#look());
    if (request.t === 'download') await this.#during('downloading', () => this.#download());
    if (request.t === 'install') await this.#during('installing', () => this.#install(this.#next()));
    if (request.t === 'back') await this.#during('installing', () => this.#install(this.#last()));
  }

  /** Something else that a state shows may have changed. */
  publish(): void {
    this.#parts.onState(this.state);
  }

  /** This program was to end for an installation, and goes on. */
  stayed(): void {
    if (this.#takeBack === undefined) return;
    this.#takeBack();
    this.#takeBack = undefined;
    void this.#parts.hold(false);
    this.#step = 'idle';
    this.#failed = 'installing';
    this.#problem =
      this.#parts.kind === 'appimage'
        ? 'The version is in its place, and Parallax could not be ended: quit it, and start it again.'
        : 'Parallax could not be ended, so nothing was installed.';
    this.publish();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  /** Kept packages of the kind that runs: another kind is another installation. */
  #next(): KeptPackage | undefined {
    const found = this.#shelf.after(this.#parts.version);
    return found?.kind === this.#parts.kind ? found : undefined;
  }

  #last(): KeptPackage | undefined {
    const found = this.#shelf.before(this.#parts.version);
    return found?.kind === this.#parts.kind ? found : undefined;
  }

  #setFeed(address: string): void {
    if (address !== '' && feedAddress(address) === undefined) {
      this.#problem = 'The address is none of a feed: write https://releases.example/parallax/updates.json.';
      return this.publish();
    }
    this.#stop.abort();
    this.#offer = undefined;
    this.#problem = '';
    this.#checkedAtMs = null;
    this.#parts.onFeed(address);
    this.#use(address);
    this.publish();
  }

  #use(feed: string): void {
    clearTimeout(this.#timer);
    this.#feed = feedAddress(feed) === undefined ? '' : feed;
    if (this.#feed !== '' && this.#unable === '') this.#lookIn(FIRST_LOOK_MS);
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => {
      void this.#lookUnasked();
      this.#lookIn(DAY_MS);
    }, ms);
    this.#timer.unref();
  }

  /** Why an installation failed stays to be read. */
  async #lookUnasked(): Promise<void> {
    const reason = this.#failed === 'installing' ? this.#problem : '';
    await this.ask({ t: 'check' });
    if (reason === '' || this.#step !== 'idle') return;
    [this.#problem, this.#failed] = [reason, 'installing'];
    this.publish();
  }

  async #during(step: UpdateStep, work: () => Promise<void>): Promise<void> {
    this.#step = step;
    [this.#problem, this.#failed] = ['', 'idle'];
    if (step !== 'checking') this.#verified = undefined;
    const stop = new AbortController();
    this.#stop = stop;
    this.publish();
    try {
      await this.#tidied;
      await work();
    } catch (error) {
      // What the trader ended is no fault, nor is what an address did that is no longer the one of the feed.
      if (step === 'installing' || !stop.signal.aborted)
        [this.#problem, this.#failed] = [sentenceOf(error), step];
    } finally {
      // No second installation begins while this program ends for the first.
      if (this.#takeBack === undefined) this.#step = 'idle';
      this.publish();
    }
  }

  async #look(): Promise<void> {
    const { fetch, keys, nowMs, version, system, arch, kind, onNewer } = this.#parts;
    const address = this.#feed;
    if (address === '' || kind === undefined) return;
    const bytes = await readSmall(fetch, address, MAX_FEED_BYTES, this.#stop.signal).catch(
      (error: unknown) => {
        throw error instanceof DownloadError ? new DownloadError(`The feed ${error.message}.`) : error;
      },
    );
    const read = readFeed(bytes, keys, this.#shelf.seen(keys), nowMs());
    // Another feed was set meanwhile.
    if (address !== this.#feed) return;
    if (!read.ok) throw new DownloadError(`The feed ${read.reason}. Nothing of it is used.`);
    this.#shelf.remember(keys, read.seen);
    await this.#dropWithdrawn(read.feed);
    const next = this.#next();
    if (next?.version === read.feed.version) this.#shelf.renew(next, bytes);
    this.#checkedAtMs = nowMs();
    const file = packageIn(read.feed, { version, system, arch, kind });
    this.#offer = 'none' in file ? undefined : { feed: read.feed, file, signed: bytes };
    this.#received = 0;
    if ('none' in file) this.#problem = file.none;
    else if (this.#shelf.notifies(read.feed.version)) onNewer(read.feed.version);
  }

  /** What the newest feed does not name was withdrawn: a newer version, an older one that is not installed yet, another package of its own. */
  async #dropWithdrawn(feed: Feed): Promise<void> {
    await this.#shelf.dropWithdrawn(
      this.#parts.version,
      (kept) => kept.version === feed.version && feed.files.some(({ sha512 }) => sha512 === kept.sha512),
    );
    const { version } = this.#verified ?? {};
    if (version !== this.#next()?.version && version !== this.#last()?.version) this.#verified = undefined;
  }

  async #download(): Promise<void> {
    const offer = this.#offer;
    if (offer === undefined) throw new DownloadError('No newer version is known: check for updates first.');
    const { feed, file, signed } = offer;
    const wanted: KeptPackage = {
      version: feed.version,
      kind: file.kind,
      name: file.name,
      size: file.size,
      sha512: file.sha512,
    };
    let shownMs = 0;
    this.#received = 0;
    const url = new URL(file.name, this.#feed).href;
    const progress = {
      stop: this.#stop.signal,
      stallMs: this.#parts.stallMs,
      onBytes: (count: number) => {
        this.#received = count;
        const nowMs = this.#parts.nowMs();
        if (nowMs - shownMs < 250) return;
        shownMs = nowMs;
        this.publish();
      },
    };
    try {
      await fetchPackage(this.#parts.fetch, url, this.#shelf.draftOf(wanted), wanted, progress);
    } catch (error) {
      this.#received = 0;
      throw error instanceof DownloadError
        ? new DownloadError(`The package ${error.message}. Nothing of it was kept.`)
        : error;
    }
    this.#shelf.add(wanted, signed);
    await this.#shelf.tidy(this.#parts.version);
  }

  async #install(kept: KeptPackage | undefined): Promise<void> {
    const { kind, version, keys, nowMs, host, blocked, hold } = this.#parts;
    if (kept === undefined || kind === undefined)
      throw new InstallError('There is no package of that version on this machine.');
    refuse(blocked());
    const signed = this.#shelf.signed(kept);
    if (!isProved(kept, signed, this.#parts)) {
      await this.#shelf.drop(kept);
      throw new InstallError(
        'The package is named by no feed that the project signed. It was removed: download it again.',
      );
    }
    // Whoever holds feeds back would keep a withdrawn version here for ever.
    const isNewer = compareVersions(kept.version, version) > 0;
    if (isNewer && (signed === undefined || !readFeed(signed, keys, undefined, nowMs()).ok))
      throw new InstallError('The feed that names the package no longer holds: check for updates first.');
    if (!(await this.#shelf.holds(kept))) {
      await this.#shelf.drop(kept);
      throw new InstallError(
        'The package was altered since it was verified. It was removed: download it again.',
      );
    }
    if (kind === 'appimage' && host.appImage !== undefined)
      await this.#shelf.addCopy(host.appImage, { version, kind, name: `Parallax-${version}.AppImage` });
    // Reading took a while.
    refuse(blocked());
    if (isBySystem(kind)) this.#verified = kept;
    const ready = {
      path: this.#shelf.pathOf(kept),
      isIt: (path: string) => isPackage(path, kept),
      isItNow: (path: string) => isPackageNow(path, kept),
      mayGoOn: () => refuse(blocked()),
    };
    const isEnd = kind === 'appimage' || kind === 'nsis';
    try {
      if (isEnd && !(await hold(true)))
        throw new InstallError('Nothing is installed: the engine did not confirm that it will not arm.');
      // What began before the engine agreed is known by now.
      refuse(blocked());
      this.#takeBack = await install(kind, ready, host);
    } finally {
      // Also where the engine has not agreed in time: it may have read the order later.
      if (isEnd && this.#takeBack === undefined) void hold(false);
    }
  }
}

/** Other programs of this user can write beside the packages: what a feed says counts by its signature alone, whenever it was read. */
function isProved(
  kept: KeptPackage,
  signed: Uint8Array | undefined,
  { keys, version, system, arch }: Pick<UpdatesParts, 'keys' | 'version' | 'system' | 'arch'>,
): boolean {
  // The copy of an AppImage that ran was in the hands of this user all along.
  if (kept.kind === 'appimage' && compareVersions(kept.version, version) <= 0) return true;
  const read = signed === undefined ? undefined : readFeed(signed, keys, undefined, 0);
  return (
    read?.ok === true &&
    read.feed.version === kept.version &&
    read.feed.files.some(
      (file) =>
        file.system === system &&
        file.arch === arch &&
        file.kind === kept.kind &&
        file.name === kept.name &&
        file.size === kept.size &&
        file.sha512 === kept.sha512,
    )
  );
}

function refuse(reason: string): void {
  if (reason !== '') throw new InstallError(`Nothing is installed now: ${reason}.`);
}

function unableOf({ kind, keys }: UpdatesParts): string {
  if (kind === undefined) return 'This program did not come in a package.';
  if (keys.length === 0)
    return 'This package was built without the key of a project, so nothing could be verified.';
  return '';
}

function sentenceOf(error: unknown): string {
  if (error instanceof DownloadError || error instanceof InstallError) return error.message;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return `That failed${code}. Nothing was changed.`;
}
