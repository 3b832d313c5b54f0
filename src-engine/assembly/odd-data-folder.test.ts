/** Entries of the data folder with a name that we use which are not our files: an engine starts despite them or reports an error; it never hangs. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../assemble.ts';
import { main } from '../cli/main.ts';
import { UserError } from '../domain/errors.ts';
import { connectEngine } from '../testing/patient-client.ts';

const NAMES = [
  'parallax.db',
  'parallax.db-wal',
  'chain-heads.jsonl',
  'chain-heads.jsonl.before',
  'database.made',
  'engine.lock',
  'engine.sock',
  'runtime.json',
  'gateway.port',
  'watchdog.json',
  'kill.request',
  'lab/jobs.json',
];
const KINDS: Readonly<Record<string, (path: string) => void>> = {
  pipe: (path) => execFileSync('mkfifo', [path]),
  folder: (path) => mkdirSync(path),
  'link to itself': (path) => symlinkSync(path, path),
  'very large file': (path) => {
    writeFileSync(path, '{');
    // Takes no place on the disk.
    truncateSync(path, 3 * 1024 * 1024 * 1024);
  },
};

it
  .runIf(process.platform !== 'win32')
  .each(NAMES.flatMap((name) => Object.keys(KINDS).map((kind) => [name, kind] as const)))(
  '%s that is a %s',
  async (name, kind) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'parallax-odd-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const path = join(dataDir, name);
    mkdirSync(dirname(path), { recursive: true });
    KINDS[kind]?.(path);
    const started = await createEngine({ dataDir, port: 0, note: () => undefined }).catch(
      (error: unknown) => error,
    );
    if (started instanceof UserError) {
      expect(started.message).toMatch(/parallax\.db|data-dir/);
      return;
    }
    expect(started).not.toBeInstanceOf(Error);
    const engine = started as Awaited<ReturnType<typeof createEngine>>;
    try {
      const { killed } = await connectEngine(dataDir, 'test').call('kill', {});
      expect(killed).toBe(true);
      expect(await main(['audit', 'verify', '--data-dir', dataDir, '--json'])).toBeLessThanOrEqual(1);
    } finally {
      await engine.stop();
    }
  },
);
