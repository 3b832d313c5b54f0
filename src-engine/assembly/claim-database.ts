/** The database of an engine, for it alone: a file of its locked folder, or PostgreSQL under a lease. */
import { randomUUID } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import type { Clock } from '../lib/clock.ts';
import { identityOf, type Machine, thisMachine } from '../lib/process-identity.ts';
import type { DatabaseLocation } from '../storage/database.ts';
import { EngineLease, type LeaseTiming } from '../storage/lease/engine-lease.ts';
import { PostgresLeasePlace } from '../storage/lease/lease-row.ts';
import { isPostgresUrl, withoutPassword } from '../storage/postgres.ts';

type ClaimOptions = {
  /** Locked by this process. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly leaseTiming?: Partial<LeaseTiming> | undefined;
};

type Claimed = { readonly lease: EngineLease | undefined; readonly location: DatabaseLocation };

/** @throws UserError when another engine has the database, or it cannot be asked. */
export async function claimDatabase(
  { dataDir, databaseUrl: url, leaseTiming }: ClaimOptions,
  clock: Clock,
  note: (text: string) => void,
): Promise<Claimed> {
  if (url === undefined) return { lease: undefined, location: { dataDir } };
  // Opening it names what is wrong with another kind of URL.
  if (!isPostgresUrl(url)) return { lease: undefined, location: { url, dataDir } };
  const machine = thisMachine();
  const folder = realpathSync.native(dataDir);
  const { dev, ino } = statSync(folder, { bigint: true });
  const lease = await EngineLease.take({
    place: new PostgresLeasePlace(url),
    location: withoutPassword(url),
    clock,
    holderId: holderIdOf({
      ...machine,
      folder,
      place: `${dev}:${ino}`,
      platform: process.platform,
      identity: identityOf(process.pid),
    }),
    holder: `${machine.host}, process ${process.pid}, data folder ${folder}`,
    timing: leaseTiming,
    note,
  });
  return { lease, location: { url, dataDir, epoch: lease.epoch } };
}

type HolderFacts = Machine & {
  readonly platform: NodeJS.Platform;
  /** Of this process; on Linux it begins with the machine's boot. */
  readonly identity: string | undefined;
  readonly folder: string;
  /** Device and inode of the folder: containers may have other disks at one path. */
  readonly place: string;
};

/**
 * A process with the same id may take the lease over at once, so none but one on the same folder after the same boot has it: a cloned
 * machine has the id of its origin and another boot. Where the system names no boot the id is this process's alone, and the next one waits.
 */
export function holderIdOf({ platform, identity, host, id, processes, folder, place }: HolderFacts): string {
  const [boot = ''] = (identity ?? '').split(':');
  if (platform !== 'linux' || boot === '') return `${host} ${randomUUID()}`;
  return [host, id, boot, processes, place, folder].join(' ');
}
