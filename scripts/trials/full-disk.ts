/** Trials in which the disk under the database fills up in the middle of orders: a small tmpfs, which only root may mount. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  asked,
  eachSeed,
  quantiles,
  type Quantiles,
  type TrialPlan,
  type Outcome,
  until,
} from './numbers.ts';
import { type Rig, withRig } from './rig.ts';

const SIZE = '24m';
const CHUNK = Buffer.alloc(64 * 1024);

export type FullDiskResult = Outcome & {
  /** Why none can be made here; empty: they can. */
  readonly skipped: string;
  /** From the kill command on a full disk until the venue was empty. */
  readonly emptyMs: Quantiles;
  /** Trials in which the engine was seen to halt because it could not store. */
  readonly halted: number;
};

export async function fullDisk(plan: TrialPlan): Promise<FullDiskResult> {
  const emptyMs: number[] = [];
  let halted = 0;
  let skipped = '';
  const outcome = await eachSeed(plan, async (seed) => {
    const mount = mkdtempSync(join(tmpdir(), 'parallax-disk-'));
    skipped = mountSmall(mount);
    try {
      if (skipped !== '') return { made: 0, violations: [], late: [], notMade: skipped };
      const onHalt = (): void => void halted++;
      const trial = (rig: Rig): Promise<void> => once(rig, join(mount, 'filler'), emptyMs, onHalt);
      return await withRig(seed, trial, { place: join(mount, 'data') });
    } finally {
      spawnSync('umount', [mount]);
      rmSync(mount, { recursive: true, force: true });
    }
  });
  return { ...outcome, skipped, emptyMs: quantiles(emptyMs), halted };
}

async function once(rig: Rig, filler: string, emptyMs: number[], onHalt: () => void): Promise<void> {
  await rig.arm();
  await rig.placeElsewhere();
  await rig.midOrder(() => fill(filler));
  const refill = setInterval(() => fill(filler), 200);
  try {
    await asked(
      'the halt',
      () => rig.client.call('getStatus', {}),
      ({ haltReason }) => haltReason.includes('could not be stored'),
    );
  } finally {
    clearInterval(refill);
  }
  onHalt();
  const haltedUs = rig.clock.nowUs();
  const killedUs = rig.clock.nowUs();
  await rig.client.call('kill', {});
  await until(
    'an empty venue',
    () => rig.openAtVenue,
    (open) => open === 0,
  );
  emptyMs.push((rig.clock.nowUs() - killedUs) / 1_000);
  rig.demandNothingAfter(haltedUs, 'the journal had refused');
  rmSync(filler);
  rig.engine.signal('SIGTERM');
  await rig.engine.ended();
  const restartedUs = rig.clock.nowUs();
  await rig.restart();
  const { killed } = await rig.client.call('getStatus', {});
  if (!killed) rig.breach('the kill on the full disk was forgotten');
  rig.demandSilenceAfter(restartedUs, 'the journal had refused, of an engine that was not armed again');
}

/** Writes until the disk takes no more. */
function fill(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (;;) writeSync(file, CHUNK);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

/** @returns why it could not be done; empty: it was. */
function mountSmall(place: string): string {
  if (process.getuid?.() !== 0) return 'a small disk can only be mounted by root';
  const { status, stderr, error } = spawnSync(
    'mount',
    ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', place],
    {
      encoding: 'utf8',
    },
  );
  return status === 0 ? '' : `no small disk could be mounted: ${error?.message ?? stderr.trim()}`;
}
