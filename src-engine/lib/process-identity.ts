/** Which process a process id means: ids come back, also to other programs. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const PS_TIMEOUT_MS = 2_000;
const MAX_IDENTITY = 100;

/**
 * What only this process of this id has: on Linux the boot it runs in and its start in clock ticks since then (proc(5), field
 * 22 of stat), elsewhere on Unix its start as `ps` says it. Undefined where there is no such process, or nobody says.
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
