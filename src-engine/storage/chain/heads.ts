/**
 * The ends of the hash chains, kept outside of the database: a file in the data folder, so that a tail which is cut off is
 * found too. A line is appended before each commit, with the end before it and the end after it: whatever interrupts the
 * two, the database stands at one of them. A file that has grown is set aside, and the next one begins with all that holds.
 */
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { readPlainText } from '../../lib/regular-file.ts';
import { open, seal } from '../../lib/sealed.ts';
import { CHAINS, type ChainName, type Head } from './links.ts';

/** A file of this many bytes is set aside; with the one before there are never more than two. */
const MAX_FILE_BYTES = 1024 * 1024;
/** With the states of all profiles in its last line. */
const MOST_FILE_BYTES = 4 * MAX_FILE_BYTES;
/** Ends of failed commits that are remembered: a server that went away may still have taken one of them. */
export const MAX_POSSIBLE_HEADS = 8;

export type ChainFinding = {
  readonly profile: string;
  readonly chain: ChainName;
  /** `derived`: the row is as it was written, and what follows from it in another table is not. `setting`: of the table of settings. */
  readonly kind: 'altered' | 'removed' | 'added' | 'reordered' | 'anchor' | 'no-head' | 'derived' | 'setting';
  readonly id: number;
  readonly detail: string;
};

export type ChainState = {
  readonly profile: string;
  readonly chain: ChainName;
  /** The end that is known to be durable. */
  readonly from: Head;
  /** Ends that the database may have instead: what was being written. */
  readonly to: readonly Head[];
  /** The rows up to `id` that are sealed as they stood, without links; null where there are none. */
  readonly anchor: { readonly id: number; readonly seal: string } | null;
  /** What was found and no operator has acknowledged yet. */
  readonly broken: ChainFinding | null;
};

/**
 * What the row of a setting may hold: hashes of its JSON, null for no row. The first holds for certain, a later one was being
 * written. The setting without a name stands for all: from its line on every row of the table is known here.
 */
export type SettingState = { readonly setting: string; readonly hashes: readonly (string | null)[] };

type Line = ChainState | SettingState;

export class ChainHeads {
  /** Undefined: the ends are kept in memory alone. */
  readonly #path: string | undefined;
  #states: Map<string, Line> | undefined;
  #damage: string | undefined;
  #fd: number | undefined;
  #bytes = 0;
  #syncing: Promise<void> | undefined;
  #isDirty = false;
  #fault: Error | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** True where the ends outlive this process. */
  get isKept(): boolean {
    return this.#path !== undefined;
  }

  /** What of the file cannot be believed; undefined when all can. */
  get damage(): string | undefined {
    this.#load();
    return this.#damage;
  }

  all(): readonly ChainState[] {
    return [...this.#load().values()].filter((line) => 'chain' in line);
  }

  get(profile: string, chain: ChainName): ChainState | undefined {
    const line = this.#load().get(`${chain} ${profile}`);
    return line !== undefined && 'chain' in line ? line : undefined;
  }

  /** What is known of settings by name; undefined before it was noted for the first time. */
  get settings(): ReadonlyMap<string, SettingState> | undefined {
    const known = [...this.#load().values()].filter((line) => 'setting' in line);
    if (!known.some(({ setting }) => setting === '')) return undefined;
    return new Map(known.filter(({ setting }) => setting !== '').map((line) => [line.setting, line]));
  }

  /** What was found in these profiles and is not acknowledged. */
  brokenOf(profiles: readonly string[]): ChainFinding | undefined {
    return (
      this.all().find(({ profile, broken }) => broken !== null && profiles.includes(profile))?.broken ??
      undefined
    );
  }

  /** Forgets what was read: another process may have written since. */
  reread(): void {
    if (this.#path !== undefined && this.#fd === undefined) this.#states = undefined;
  }

  /** Written when it returns, on the disk soon after: see `settled`. @throws what the operating system says. */
  put(states: readonly Line[]): void {
    const known = this.#load();
    for (const state of states) known.set(keyOf(state), state);
    if (this.#path === undefined || states.length === 0) return;
    // What may not have reached the disk is written again, whole, into a file of its own.
    const isLost = this.#fault !== undefined;
    this.#fault = undefined;
    if (isLost || this.#fd === undefined || this.#bytes > MAX_FILE_BYTES)
      this.#begin(this.#path, [...known.values()]);
    else this.#append(this.#fd, states);
    void this.#sync();
  }

  /** Holds from here on; the next line that is put says so. */
  note(state: ChainState): void {
    this.#load().set(keyOf(state), state);
  }

  /** Resolves when all that was put is on the disk. */
  async settled(): Promise<void> {
    while (this.#syncing !== undefined) await this.#syncing;
    if (this.#fault !== undefined) throw this.#fault;
  }

  async close(): Promise<void> {
    while (this.#syncing !== undefined) await this.#syncing;
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #load(): Map<string, Line> {
    if (this.#states !== undefined) return this.#states;
    this.#states = new Map();
    this.#damage = undefined;
    if (this.#path === undefined) return this.#states;
    for (const path of [asideOf(this.#path), this.#path]) this.#read(path, this.#states);
    return this.#states;
  }

  #read(path: string, states: Map<string, Line>): void {
    const lines = textOf(path).split('\n');
    // What follows the last line's end was being written when the process ended.
    for (const [index, line] of lines.slice(0, -1).entries()) {
      const opened = open(line);
      const value = opened.state === 'whole' ? opened.value : undefined;
      if (isChainState(value) || isSettingState(value)) states.set(keyOf(value), value);
      else this.#damage ??= `line ${index + 1} of ${path} is not as it was written`;
    }
  }

  #append(fd: number, states: readonly Line[]): void {
    const bytes = Buffer.from(states.map((state) => `${seal(state)}\n`).join(''));
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    } catch (error) {
      // A disk that is full takes the beginning of a line: the next one must not follow on it.
      ftruncateSync(fd, this.#bytes);
      throw error;
    }
    this.#bytes += bytes.length;
  }

  /** Sets the file of before aside and begins one with all that holds. A crash between the two leaves the one of before. */
  #begin(path: string, states: readonly Line[]): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    if (textOf(path) !== '') renameSync(path, asideOf(path));
    const fd = openSync(path, 'a', 0o600);
    // The mode above counts only for a file that is made by this call.
    fchmodSync(fd, 0o600);
    this.#fd = fd;
    this.#bytes = fstatSync(fd).size;
    this.#append(fd, states);
    syncFolder(dirname(path));
  }

  #sync(): Promise<void> {
    this.#isDirty = true;
    this.#syncing ??= this.#syncAll();
    return this.#syncing;
  }

  async #syncAll(): Promise<void> {
    while (this.#isDirty && this.#fd !== undefined) {
      this.#isDirty = false;
      const fd = this.#fd;
      await new Promise<void>((resolve) => {
        fsync(fd, (error) => {
          // A file that was set aside meanwhile is closed: its successor holds all of it.
          if (error !== null && this.#fd === fd) this.#fault = error;
          resolve();
        });
      });
    }
    this.#syncing = undefined;
  }
}

function isHead(value: unknown): value is Head {
  return isObject(value) && Number.isSafeInteger(value['id']) && typeof value['hash'] === 'string';
}

/** Its hash has held, so it is as some version of this program wrote it: what is asked is whether this one knows the form. */
function isChainState(value: unknown): value is ChainState {
  if (!isObject(value) || !CHAINS.some((chain) => chain === value['chain'])) return false;
  const { profile, from, to, anchor, broken } = value;
  return (
    typeof profile === 'string' &&
    isHead(from) &&
    Array.isArray(to) &&
    to.length <= MAX_POSSIBLE_HEADS &&
    to.every(isHead) &&
    (anchor === null || (isObject(anchor) && typeof anchor['seal'] === 'string')) &&
    (broken === null || (isObject(broken) && typeof broken['detail'] === 'string'))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSettingState(value: unknown): value is SettingState {
  return (
    isObject(value) &&
    typeof value['setting'] === 'string' &&
    Array.isArray(value['hashes']) &&
    value['hashes'].length <= MAX_POSSIBLE_HEADS &&
    value['hashes'].every((each) => each === null || typeof each === 'string')
  );
}

function keyOf(line: Line): string {
  return 'chain' in line ? `${line.chain} ${line.profile}` : `setting ${line.setting}`;
}

function asideOf(path: string): string {
  return `${path}.before`;
}

function textOf(path: string): string {
  return readPlainText(path, MOST_FILE_BYTES) ?? '';
}

/** A new name is on the disk with its folder; Windows has no such thing to sync. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
