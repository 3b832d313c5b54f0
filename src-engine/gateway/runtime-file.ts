/** What a data folder says of the engine that runs on it: `engine.lock` keeps a second one out, `runtime.json`
 * gives the command line the address. */
import { chmodSync, linkSync, readlinkSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { makeFolder } from '../lib/folders.ts';
import { irregularity, readPlainText } from '../lib/regular-file.ts';
import { identityOf, isThread, type Machine, thisMachine } from '../lib/process-identity.ts';

export const LOCK_FILE = 'engine.lock';
const RUNTIME_FILE = 'runtime.json';
const PORT_FILE = 'gateway.port';
/** Of each of these files. */
const MAX_BYTES = 64 * 1024;
/** Each try either takes the lock or clears one dead engine's out of the way. */
const MAX_LOCK_TRIES = 5;

const runtimeInfo = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  port: z.number().int().min(1).max(65_535),
  token: z.string(),
  /** The viewer's. */
  viewer: z.string().optional(),
  startedUs: z.number().int(),
});
export type RuntimeInfo = z.infer<typeof runtimeInfo>;

export type DataDirLock = {
  /** What the engine before had published and never took back: it ended by a crash. */
  readonly left: RuntimeInfo | undefined;
  /** The port of the engine before. A browser keeps layouts by address, so the next one asks for the same. */
  readonly lastPort: number | undefined;
  rememberPort(port: number): void;
  /** Where the engine listens; readable by this user alone, since it holds the token. */
  publish(info: RuntimeInfo): void;
  /** Takes back what was published and lets the folder go. */
  release(): void;
};

/**
 * Makes the folder if it is missing, and claims it for this process.
 * @throws UserError when a living engine has it, or when it cannot be written.
 */
export function lockDataDir(dataDir: string, pid: number = process.pid): DataDirLock {
  const lock = join(dataDir, LOCK_FILE);
  const own = join(dataDir, `${LOCK_FILE}.${pid}`);
  const runtime = join(dataDir, RUNTIME_FILE);
  const { host, id, processes } = thisMachine();
  const identity = identityOf(pid);
  const text = identity === undefined ? String(pid) : `${pid} ${identity} ${host} ${id} ${processes}`;
  try {
    makeFolder(dataDir);
    rmSync(own, { force: true });
    writeFileSync(own, text, { mode: 0o600, flag: 'wx' });
    try {
      takeLock(dataDir, lock, own);
    } finally {
      rmSync(own, { force: true });
    }
  } catch (error) {
    throw isErrno(error) ? unwritable(dataDir, error.code) : error;
  }
  const held = placeOf(lock);
  heldHere.add(held);
  const portFile = join(dataDir, PORT_FILE);
  return {
    left: runtimeInfo.safeParse(parseJson(readText(runtime) ?? '')).data,
    lastPort: runtimeInfo.shape.port.safeParse(Number(readText(portFile))).data,
    rememberPort: (port) => rememberPort(portFile, port, pid),
    publish(info) {
      try {
        replaceFile(runtime, `${JSON.stringify(info)}\n`, info.pid);
      } catch (error) {
        rmSync(`${runtime}.${info.pid}`, { force: true });
        throw isErrno(error) ? unwritable(dataDir, error.code) : error;
      }
    },
    release() {
      heldHere.delete(held);
      if (irregularity(runtime) === undefined) rmSync(runtime, { force: true });
      if (readText(lock) === text) rmSync(lock, { force: true });
    },
  };
}

/** One place has one name, whatever links lead to it. */
function placeOf(lock: string): string {
  return join(realpathSync.native(dirname(lock)), basename(lock));
}

/** The folders that this process itself has claimed. */
const heldHere = new Set<string>();

/**
 * Process ids come back, in containers even to the same program: our own on a lock that we do not hold is an old one, and one
 * that means another process by now is as good as none.
 */
function isHeld(lock: string, text: string): boolean {
  const { pid, identity } = holderOf(text);
  return pid === process.pid ? heldHere.has(placeOf(lock)) : isSame(pid, identity);
}

type Holder = {
  readonly pid: number;
  readonly identity: string | undefined;
  /** Where it runs; a lock of an older version does not say. */
  readonly machine: Machine | undefined;
};

function holderOf(text: string): Holder {
  const [pid = '', identity, host, id = '-', processes = '-'] = text.split(' ');
  return { pid: Number(pid), identity, machine: host === undefined ? undefined : { host, id, processes } };
}

/**
 * The lock was taken on another machine, or in a container of this one, whose processes cannot be seen from here. A machine that was
 * started again has another boot; one that got another name as well is known by its id, and two of one name by theirs.
 */
function isElsewhere({ identity, machine }: Holder): boolean {
  if (machine === undefined || process.platform !== 'linux') return false;
  const own = thisMachine();
  const [boot] = (identity ?? '').split(':');
  const [ownBoot] = (identityOf(process.pid) ?? '').split(':');
  if (machine.host === own.host)
    return boot !== ownBoot && machine.id !== '-' && own.id !== '-' && machine.id !== own.id;
  if (boot === ownBoot) return machine.processes !== own.processes;
  return machine.id === '-' || machine.id !== own.id;
}

/** The process that took the lock lives. A lock without an identity is held by what runs the same program. */
function isSame(pid: number, identity: string | undefined): boolean {
  if (!isAlive(pid)) return false;
  const now = identityOf(pid);
  if (now === undefined) return true;
  return identity === undefined ? !isForeign(pid) : identity === now;
}

/** Runs another program than an engine does, as far as anybody says. */
function isForeign(pid: number): boolean {
  try {
    const [own, other] = [readlinkSync('/proc/self/exe'), readlinkSync(`/proc/${pid}/exe`)].map((path) =>
      basename(path),
    );
    return own !== other;
  } catch {
    return false;
  }
}

/** A hard link appears at once with its content, and only one process can make it. */
function takeLock(dataDir: string, lock: string, own: string): void {
  for (let tries = 0; tries < MAX_LOCK_TRIES; tries++) {
    try {
      linkSync(own, lock);
      return;
    } catch (error) {
      if (!isErrno(error) || error.code !== 'EEXIST') throw error;
    }
    const holder = readText(lock);
    if (holder !== undefined && isElsewhere(holderOf(holder))) throw usedElsewhere(dataDir, holder);
    if (holder !== undefined && isHeld(lock, holder)) throw inUse(dataDir, holder);
    clearStaleLock(lock, own, holder);
  }
  throw inUse(dataDir, readText(lock) ?? 'unknown');
}

/** Two engines may clear the same dead lock at once: the slower one must not remove the quicker one's. */
function clearStaleLock(lock: string, own: string, holder: string | undefined): void {
  const aside = `${own}.stale`;
  try {
    renameSync(lock, aside);
    if (readText(aside) !== holder) linkSync(aside, lock);
  } catch (error) {
    if (!isErrno(error) || (error.code !== 'ENOENT' && error.code !== 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Nothing depends on it: where it cannot be kept, the next engine takes another port. */
function rememberPort(path: string, port: number, pid: number): void {
  try {
    replaceFile(path, `${port}\n`, pid);
  } catch {
    rmSync(`${path}.${pid}`, { force: true });
  }
}

/** Never writes into what lies there: it takes its place. */
function replaceFile(path: string, text: string, pid: number): void {
  const draft = `${path}.${pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  // The mode above counts only for a file that is made by this call.
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

/** Process id of the living engine that has this folder; undefined when none does. */
export function engineOf(dataDir: string): number | undefined {
  const { pid, identity } = holderOf(readText(join(dataDir, LOCK_FILE)) ?? '');
  return isSame(pid, identity) ? pid : undefined;
}

/** Where the engine of this folder listens, or undefined when none runs. */
export function readRuntimeFile(dataDir: string): RuntimeInfo | undefined {
  const text = readText(join(dataDir, RUNTIME_FILE));
  if (text === undefined) return undefined;
  const parsed = runtimeInfo.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { pid } = parsed.data;
  const holder = holderOf(readText(join(dataDir, LOCK_FILE)) ?? '');
  // The token is not sent to another process that has received this process id since.
  const isThere = holder.pid === pid ? isSame(pid, holder.identity) : isAlive(pid);
  return isThere ? parsed.data : undefined;
}

function inUse(dataDir: string, holder: string): UserError {
  const { pid } = holderOf(holder);
  return new UserError({
    code: 'data-dir-in-use',
    field: 'data-dir',
    value: dataDir,
    message: `is in use by the engine with process id ${pid}`,
    remedy: `Stop that one first, or choose another folder with --data-dir. If process ${pid} is not Parallax, delete ${LOCK_FILE} there.`,
  });
}

function usedElsewhere(dataDir: string, holder: string): UserError {
  const { pid, machine } = holderOf(holder);
  return new UserError({
    code: 'data-dir-in-use',
    field: 'data-dir',
    value: dataDir,
    message: `was taken by process ${pid} on the machine "${machine?.host ?? ''}", and never given back`,
    remedy: `Two engines on one folder would trade one account twice. If no engine runs there, delete ${LOCK_FILE} in the folder.`,
  });
}

function unwritable(dataDir: string, code: string): UserError {
  return new UserError({
    code: 'data-dir-unwritable',
    field: 'data-dir',
    value: dataDir,
    message: `cannot be written (${code})`,
    remedy: 'Make it writable for this user, or choose another folder with --data-dir.',
  });
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || isThread(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return isErrno(error) && error.code === 'EPERM';
  }
}

function readText(path: string): string | undefined {
  try {
    return readPlainText(path, MAX_BYTES)?.trim();
  } catch (error) {
    // No file of ours: it says nothing, and gives way to one.
    if (isErrno(error) && error.code === 'EIRREGULAR') return '';
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isErrno(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
