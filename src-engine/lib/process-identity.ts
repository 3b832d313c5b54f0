/** Which process a process id means: ids come back, also to other programs. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const PS_TIMEOUT_MS = 2_000;
const MAX_IDENTITY = 100;

/**
 * What only this process of this id has: on Linux the boot it runs in and its start in clock ticks since then (proc(5), field
 * 22 of stat), elsewhere on Unix its start as `ps` says it. Undefined where there is no such process, or the system does not say.
 */
export function identityOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return linuxIdentity(pid);
    if (process.platform === 'win32') return undefined;
    const said = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: PS_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return said.trim().replaceAll(/\s+/g, '-').slice(0, MAX_IDENTITY) || undefined;
  } catch {
    return undefined;
  }
}

function linuxIdentity(pid: number): string | undefined {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; the fields behind it begin with the third.
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return started === undefined ? undefined : `${boot}:${started}`;
}

/** Where a process runs: a data folder may lie on a disk that several machines share. */
export type Machine = {
  /** One word. */
  readonly host: string;
  /** Stays through reboots and changes of name (machine-id(5)), hashed as its manual asks; `-` where there is none. */
  readonly id: string;
  /** Which processes can be seen from there (pid_namespaces(7)): those of a container are its own; `-` where the system does not say. */
  readonly processes: string;
};

export function thisMachine(): Machine {
  let [id, processes] = ['-', '-'];
  try {
    if (process.platform === 'linux') processes = readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
    const text = process.platform === 'linux' ? readFileSync('/etc/machine-id', 'utf8').trim() : '';
    if (text !== '') id = createHash('sha256').update(`parallax ${text}`).digest('hex').slice(0, 16);
  } catch {
    // Containers have none.
  }
  const host = hostname().replaceAll(/[^\w.-]/g, '-');
  return { host: host.slice(0, MAX_IDENTITY) || 'unnamed', id, processes };
}

/** True for the number of a thread that is not a process: signals find it as if it were one. */
export function isThread(pid: number): boolean {
  try {
    const group = /^Tgid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return group !== undefined && Number(group) !== pid;
  } catch {
    return false;
  }
}
