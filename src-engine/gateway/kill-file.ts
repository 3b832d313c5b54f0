/**
 * A kill that needs no socket and no descriptor of the engine's: a file in the data folder. The engine looks for it, kills,
 * and renames it to its answer: looking and renaming open nothing, so they work when every descriptor is taken.
 */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { US_PER_MS } from '../domain/time.ts';
import { callOperation } from './call.ts';
import type { GatewayHost } from './host.ts';

const REQUEST = 'kill.request';
const DONE = /^kill\.done-(\d{1,9})$/;
/** How often the engine looks. */
const LOOK_MS = 250;
const WAIT_MS = 5_000;
const POLL_MS = 50;

/** Looks for requests from here on, one that lies there already included. The answer ends it. */
export function watchKillFile(dataDir: string, host: GatewayHost): () => void {
  const path = join(dataDir, REQUEST);
  let isOver = false;
  let cancel: () => void = () => undefined;
  const look = async (): Promise<void> => {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) await killNow(dataDir, host).catch(() => undefined);
    if (isOver) return;
    cancel = host.clock.schedule(host.clock.nowUs() + LOOK_MS * US_PER_MS, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    cancel();
  };
}

async function killNow(dataDir: string, host: GatewayHost): Promise<void> {
  const caller = { role: 'operator', via: 'kill-file' } as const;
  const result = await callOperation(host, caller, 'kill', { reason: 'kill file' });
  // Not done: it stays there and is looked at again.
  if (!result.ok || 'answer' in result) return;
  const { cancelsSent } = result.data as { readonly cancelsSent: number };
  renameSync(join(dataDir, REQUEST), join(dataDir, `kill.done-${cancelsSent}`));
}

/**
 * Asks for a kill by the file. Answers how many cancels were sent, or undefined when nothing answered in time: the request
 * stays there then, and an engine that comes to itself, or starts, is killed by it.
 */
export async function killByFile(dataDir: string): Promise<number | undefined> {
  for (const name of answersIn(dataDir)) rmSync(join(dataDir, name), { force: true });
  writeFileSync(join(dataDir, REQUEST), 'kill\n', { mode: 0o600 });
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_MS) {
    const [answer] = answersIn(dataDir);
    if (answer !== undefined) {
      rmSync(join(dataDir, answer), { force: true });
      return Number(DONE.exec(answer)?.[1]);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return undefined;
}

function answersIn(dataDir: string): string[] {
  return readdirSync(dataDir).filter((name) => DONE.test(name));
}
