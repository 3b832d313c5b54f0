/** A process that answers with ONNX models: which program runs it, and what it is given. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guardedArgs, launchSide, type SideEars, type SideProcess } from '../venues/toolkit/side-process.ts';
import { isSource, nodeOf, scriptOf } from '../lib/node-program.ts';
import { runtimeRoot } from './installed.ts';

/** Starts a process. Never throws: one that cannot be started has `ended`, later. */
export type LaunchOnnx = (ears: SideEars) => SideProcess;

const MAX_HEAP_MB = 512;
/** Of native code and V8 together, as the kernel counts private data. */
const MAX_DATA_KIB = 4 * 1024 * 1024;
/** More than all rows that may wait are as text: not the pipe but their number is the bound. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/**
 * @param models folders and files that it may read. Files of models lie there.
 * @param start Node’s `spawn`, or a double of it.
 */
export function onnxLauncher(dataDir: string, models: readonly string[], start = spawn): LaunchOnnx {
  return (ears) =>
    launchSide(
      start,
      () => {
        const here = import.meta.url;
        const root = runtimeRoot(dataDir);
        const script = scriptOf(here, './process/main.ts', 'onnx');
        const project = isSource(here) ? [fileURLToPath(new URL('../../package.json', here))] : [];
        const readable = [
          join(dirname(script), '*'),
          join(dirname(root), '*'),
          ...project,
          '/proc/self/*',
          ...models,
        ];
        // Its answers have a deadline: a training, which gives way, must not make them late.
        const bounded = withMemoryBound(nodeOf(here), argsOf(script, readable));
        return { ...bounded, first: { root }, isUrgent: true, maxUnreadBytes: MAX_UNREAD_BYTES };
      },
      ears,
    );
}

/**
 * A file of a kilobyte may ask for any amount of memory, and native code has no bound of its own: on Linux the system refuses
 * what is beyond, and the model fails instead of the machine. `exec` keeps the process the one that was started.
 */
export function withMemoryBound(
  program: string,
  args: readonly string[],
  platform = process.platform,
): { readonly program: string; readonly args: readonly string[] } {
  if (platform !== 'linux') return { program, args };
  const script = `ulimit -d ${MAX_DATA_KIB} && exec "$0" "$@"`;
  return { program: '/bin/sh', args: ['-c', script, program, ...args] };
}

/** As of other processes beside the engine, and with what a native addon needs: it may be loaded, and may lower its own place in memory. */
function argsOf(script: string, readable: readonly string[]): readonly string[] {
  const args = guardedArgs(script, readable, MAX_HEAP_MB).filter((arg) => arg !== '--allow-net');
  const entry = args.at(-1) as string;
  const isGuarded = args.includes('--permission');
  const more = isGuarded ? ['--allow-addons', '--allow-fs-write=/proc/self/oom_score_adj'] : [];
  return [...args.slice(0, -1), ...more, entry];
}
