/** The database of an engine, for it alone: a file of its locked folder, or PostgreSQL under a lease. */
import { realpathSync } from 'node:fs';
import type { Clock } from '../lib/clock.ts';
import { identityOf, thisMachine } from '../lib/process-identity.ts';
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
  const { host, id, processes } = thisMachine();
  const folder = realpathSync.native(dataDir);
  const [boot = ''] = (identityOf(process.pid) ?? '').split(':');
  const lease = await EngineLease.take({
    place: new PostgresLeasePlace(url),
    location: withoutPassword(url),
    clock,
    // A cloned machine has the id of its origin and another boot.
    holderId:
      boot === '' ? `${host} ${process.pid} ${clock.nowUs()}` : [host, id, boot, processes, folder].join(' '),
    holder: `${host}, process ${process.pid}, data folder ${folder}`,
    timing: leaseTiming,
    note,
  });
  return { lease, location: { url, dataDir, epoch: lease.epoch } };
}
