/** Exports into a bucket, against a store of S3's documented answers that verifies each signature. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwsKey } from '../aws/aws-key.ts';
import { Bucket } from '../aws/bucket.ts';
import { bucketAddress } from '../aws/bucket-address.ts';
import { SYSTEM_TOOLS } from '../aws/signed-call.ts';
import { errorXml, S3_KEY, ScriptedS3 } from '../aws/testing/scripted-s3.ts';
import { parallaxHere } from '../cli/testing/in-process.ts';
import { decimal } from '../domain/decimal.ts';
import { openDatabase } from '../storage/database.ts';
import { readTotals } from '../storage/queries/totals.ts';
import { PART_BYTES, writeBucket } from './bucket-place.ts';
import type { ExportPlace } from './export-place.ts';
import { PartitionedTable } from './partitions.ts';
import { fillHistory } from './testing/made-history.ts';

const MIB = 1024 * 1024;
const KEY_TEXT = `${S3_KEY.id}\n${S3_KEY.secret}\n`;

let s3: ScriptedS3;
let origin: string;
let pauses: number[];
beforeEach(async () => {
  s3 = new ScriptedS3();
  origin = await s3.start();
  pauses = [];
});
afterEach(() => s3.stop());

function into(
  prefix: string,
  write: (place: ExportPlace) => Promise<void>,
  signal = new AbortController().signal,
) {
  const address = { origin, bucket: 'desk-data', region: s3.region, isPathStyle: true };
  const tools = { ...SYSTEM_TOOLS, pause: (ms: number) => Promise.resolve(pauses.push(ms)) };
  const bucket = new Bucket(address, AwsKey.read(KEY_TEXT, 'key'), signal, tools);
  return writeBucket(bucket, prefix, signal, write);
}

/** Bytes that differ from part to part. */
const bytesOf = (length: number, first: number): Uint8Array => new Uint8Array(length).fill(first);

/** Two files, of which one grows while the other is done. */
async function twoFiles(place: ExportPlace, mib = 1): Promise<void> {
  const large = place.open('orders/venue=a%2Bb/part-0.parquet');
  const small = place.open('fills/part-0.parquet');
  small.write(bytesOf(10, 1));
  small.finish();
  for (let n = 0; n < mib; n++) {
    large.write(bytesOf(MIB, n));
    await place.settle();
  }
  large.finish();
}
const KEYS = ['out/_SUCCESS', 'out/fills/part-0.parquet', 'out/orders/venue=a%2Bb/part-0.parquet'];
const keys = (): string[] => [...s3.objects.keys()].toSorted();

describe('a bucket', () => {
  it('gets each file in parts as its bytes come, holds little, and shows nothing before all of it is there', async () => {
    const seen: number[] = [];
    await into('out', async (place) => {
      await twoFiles(place, 10);
      seen.push(s3.objects.size, place.unsent);
    });
    // The tenth MiB waits for a part of its own; nothing was seen.
    expect(seen).toEqual([0, 2 * MIB]);
    expect(s3.largest).toBe(PART_BYTES);
    expect(keys()).toEqual(KEYS);
    expect(s3.objects.get(KEYS[1] ?? '')).toEqual(Buffer.from(bytesOf(10, 1)));
    const large = s3.objects.get(KEYS[2] ?? '') ?? Buffer.alloc(0);
    expect([large.length, large[0], large[9 * MIB], large.at(-1)]).toEqual([10 * MIB, 0, 9, 9]);
    expect(s3.calls.at(-1)).toBe('PUT object out/_SUCCESS');
    const completed = s3.calls.findIndex((call) => call.includes('complete'));
    expect(s3.calls.slice(completed).some((call) => call.includes('part '))).toBe(false);
  });

  it('that floods, resets or loses its answer gets everything once it answers again', async () => {
    const met = new Map<string, number>();
    s3.fault = (call) => {
      const times = (met.get(call) ?? 0) + 1;
      met.set(call, times);
      if (times === 1) return { status: 503, xml: errorXml('SlowDown') };
      if (times === 2) return 'reset';
      // Of a completion the work is done, and its answer lost.
      if (times === 3 && call.includes('complete')) return 'lost';
      // An error behind a status that was sent before the work was done.
      if (times === 3) return { status: 500, xml: errorXml('InternalError') };
      return undefined;
    };
    await into('out', twoFiles);
    expect(keys()).toEqual(KEYS);
    expect(s3.uploads.size).toBe(0);
    expect(Math.max(...pauses)).toBe(800);
  });

  it('that answers 200 with an error in it has not completed anything', async () => {
    let times = 0;
    s3.fault = (call) =>
      call.includes('complete') && (times += 1) <= 2
        ? { status: 200, xml: errorXml('InternalError') }
        : undefined;
    await into('out', twoFiles);
    expect(keys()).toEqual(KEYS);
  });

  it('that answers a completion in other words is believed where the object is there, and not otherwise', async () => {
    s3.fault = (call) => (call.includes('complete') ? 'garbled' : undefined);
    await into('out', twoFiles);
    expect(keys()).toEqual(KEYS);
    s3.fault = (call) =>
      call.includes('complete') ? { status: 200, xml: '<html><body>a page</body></html>' } : undefined;
    await expect(into('more', twoFiles)).rejects.toThrow('does not say that an upload is completed');
    expect([keys(), s3.uploads.size]).toEqual([KEYS, 0]);
  });

  it('has no host below a number, and the list of all buckets is none of its own', async () => {
    const address = { origin, bucket: 'desk-data', region: s3.region };
    const below = new Bucket({ ...address, isPathStyle: false }, AwsKey.read(KEY_TEXT, 'key'));
    await expect(below.isEmpty('x/')).rejects.toThrow('has no host of its own');
    expect(s3.calls).toEqual([]);
    const names = '<Buckets><Bucket><Name>desk-data</Name></Bucket></Buckets>';
    s3.fault = () => ({
      status: 200,
      xml: `<ListAllMyBucketsResult>${names}</ListAllMyBucketsResult>`,
    });
    await expect(into('out', twoFiles)).rejects.toThrow('not S3’s, or of another bucket');
    const isInPath = (endpoint: string): boolean =>
      bucketAddress('s3://desk-data/x', { endpoint, region: undefined, isPathStyle: false }).address
        .isPathStyle;
    expect(
      [origin, 'http://[::1]:9000', 'http://localhost:9000', 'https://store.example'].map(isInPath),
    ).toEqual([true, true, true, false]);
  });

  it.each([
    ['a part', 'PUT part 1 out/orders', 403, 'AccessDenied'],
    ['the beginning of a file', 'POST begin out/orders', 500, 'InternalError'],
    ['the completion of the second file', 'POST complete out/fills', 400, 'InvalidPart'],
    ['the marker', 'PUT object', 503, 'ServiceUnavailable'],
  ])('that refuses %s keeps neither an object nor an upload', async (_, refused, status, code) => {
    s3.fault = (call) => (call.startsWith(refused) ? { status, xml: errorXml(code) } : undefined);
    await expect(into('out', twoFiles)).rejects.toThrow(status === 403 ? 'not open to this key' : code);
    expect([s3.objects.size, s3.uploads.size]).toEqual([0, 0]);
    // Bounded: what is refused for now is asked five times, and what is refused once.
    const times = s3.calls.filter((call) => call.startsWith(refused)).length;
    expect(times).toBe(status >= 500 ? 5 : 1);
  });

  it('keeps nothing of an export that was stopped or failed, and says what it could not take back', async () => {
    const stop = new AbortController();
    const stopped = into(
      'out',
      async (place) => {
        await twoFiles(place);
        stop.abort();
        await place.settle();
      },
      stop.signal,
    );
    await expect(stopped).rejects.toThrow('The export was stopped');
    expect([s3.objects.size, s3.uploads.size]).toEqual([0, 0]);
    s3.fault = (call) => (call.includes('abort') ? { status: 500 } : undefined);
    const failed = into('out', async (place) => {
      await twoFiles(place);
      throw new Error('the database is gone');
    });
    await expect(failed).rejects.toThrow(/could not be cleaned: 1 upload .*the database is gone/);
    expect(s3.objects.size).toBe(0);
  });

  it('of a table with many venues holds few bytes: files are ended, and go on as further parts', async () => {
    let most = 0;
    let opened = 0;
    const slow: ExportPlace = {
      unsent: 0,
      folder: () => undefined,
      open: () => {
        opened += 1;
        // As if each row were 4 MiB: no part is full, and 20 files are more than may wait.
        const file = { unsent: 0, write: () => undefined, abandon: () => undefined, finish: () => undefined };
        return {
          ...file,
          get unsent() {
            return file.unsent;
          },
          write: () => {
            file.unsent += 4 * MIB;
            Object.assign(slow, { unsent: slow.unsent + 4 * MIB });
          },
          finish: () => {
            Object.assign(slow, { unsent: slow.unsent - file.unsent });
            file.unsent = 0;
          },
        };
      },
      settle: () => Promise.resolve(),
    };
    const shape = { name: 'rows', columns: [{ name: 'n', type: 'integer' as const }], about: () => ({}) };
    const table = new PartitionedTable(slow, 'arrow-stream', shape);
    for (let n = 0; n < 200; n++) {
      table.add(`v${n % 20}`, 0, { n });
      await table.settle();
      most = Math.max(most, slow.unsent);
    }
    expect(most).toBeLessThanOrEqual(64 * MIB);
    expect(table.finish()).toEqual({ rows: 200, files: opened, inexact: 0 });
  });
});

describe('parallax export', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-bucket-'));
    mkdirSync(join(folder, 'secrets'), { mode: 0o700 });
    vi.stubEnv('PARALLAX_SECRETS', `file:${join(folder, 'secrets')}`);
    writeFileSync(join(folder, 'secrets', 'bucket-key'), KEY_TEXT, { mode: 0o600 });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  const to = (place: string, ...more: string[]) =>
    parallaxHere(
      'export',
      place,
      '--data-dir',
      join(folder, 'data'),
      '--endpoint',
      origin,
      '--path-style',
      ...more,
    );

  it('writes a history to a bucket, of which DuckDB has the sums of the engine; its key is shown nowhere', async () => {
    const database = await openDatabase({ dataDir: join(folder, 'data') });
    await fillHistory(database);
    const totals = await readTotals(database, 'demo');
    await database.close();
    const made = await to('s3://desk-data/desk/history', '--region', s3.region, '--json');
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(JSON.parse(made.stdout)).toMatchObject({
      dir: 's3://desk-data/desk/history',
      tables: { fills: { rows: 1_200 } },
    });
    for (const [key, bytes] of s3.objects) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), bytes);
    }
    const duck = await (await DuckDBInstance.create()).connect();
    const files = join(folder, 'desk/history/executions/**/*.parquet');
    const found = await duck.runAndReadAll(
      `select sum(profit_home) as profit, count(distinct venue)::int as venues from read_parquet('${files}', hive_partitioning = true)`,
    );
    const [row] = found.getRowObjectsJson();
    duck.closeSync();
    expect(decimal(row?.['profit'] as string).toFixed()).toBe(totals.profitHome.toFixed());
    expect(row?.['venues']).toBe(3);
    const again = await to('s3://desk-data/desk/history', '--region', s3.region);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('holds objects already')]);
    expect(inspect([made, again])).not.toContain('CANARY');
  });

  it.each([
    [['s3://desk-data/x'], 'is in another region; Add --region eu-central-1'],
    [['s3://other-data/x', '--region', 'eu-central-1'], 'is not there'],
    [['s3://Desk_Data/x'], 'names no bucket'],
    [['s3://desk-data/a/../b'], 'has a prefix that does not fit'],
    [['s3://desk-data/a//b'], 'has a prefix that does not fit'],
    [['s3://desk-data/x', '--region', 'EU 1'], 'is no region'],
    [['folder', '--region', 'eu-central-1'], '--region: is of a bucket'],
  ])('%j is refused by name', async ([place = '', ...more], expected) => {
    const database = await openDatabase({ dataDir: join(folder, 'data') });
    await database.close();
    const { code, stderr } = await to(place, ...more);
    expect(code).toBe(2);
    for (const part of expected.split('; ')) expect(stderr).toContain(part);
    expect(stderr).not.toContain('CANARY');
  });

  it('needs a key, one that holds, and an endpoint over TLS', async () => {
    const database = await openDatabase({ dataDir: join(folder, 'data') });
    await database.close();
    const ask = () => to('s3://desk-data/x', '--region', s3.region);
    writeFileSync(join(folder, 'secrets', 'bucket-key'), `${S3_KEY.id}\nCANARY-of-another\n`);
    expect((await ask()).stderr).toContain('refuses the key (SignatureDoesNotMatch)');
    rmSync(join(folder, 'secrets', 'bucket-key'));
    expect((await ask()).stderr).toContain('bucket-key --set');
    for (const endpoint of ['http://store.example:9000', 'https://store.example/path', 'store']) {
      const { code, stderr } = await parallaxHere(
        'export',
        's3://desk-data/x',
        '--endpoint',
        endpoint,
        '--data-dir',
        join(folder, 'data'),
      );
      expect([code, stderr]).toEqual([2, expect.stringContaining('is no address of a store over TLS')]);
      expect(stderr).not.toContain('CANARY');
    }
  });
});
