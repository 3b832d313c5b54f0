import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DURABILITIES } from '../../domain/durability.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { sampleOrder } from '../../testing/sample-events.ts';
import { until } from '../../testing/until.ts';
import { openDatabase } from '../database.ts';
import { IntentJournal } from './intent-journal.ts';
import { readIntents } from './read-intents.ts';
import { filesIn, readSegment, SegmentFolder } from './segment-folder.ts';
import { SEGMENT_BYTES } from './segment-store.ts';

let root: string;
let folder: string;
const journals: IntentJournal[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parallax-intents-'));
  folder = join(root, 'intents');
});
afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
  rmSync(root, { recursive: true, force: true });
});

const intent = (orderId: string): EngineEvent => ({
  type: 'orderCreated',
  atUs: 1_700_000_000_000_000,
  order: sampleOrder({ orderId, state: 'created' }),
});

async function opened(level: 'process' | 'disk') {
  const database = await openDatabase({ memory: true });
  const journal = new IntentJournal(new SegmentFolder(folder), level);
  journals.push(journal);
  await journal.recover(database);
  return { journal, keeper: journal.keeperOf({ profile: 'live', runId: 'live-1' }), database };
}

function idsIn(where: string): string[] {
  const { kept, damage } = readIntents(
    filesIn(where).map((name) => ({ name, bytes: readSegment(where, name) })),
  );
  expect(damage).toBeUndefined();
  return kept.flatMap(({ intents }) =>
    intents.flatMap((event) => (event.type === 'orderCreated' ? event.order.orderId : [])),
  );
}

describe('the folder of intents', () => {
  it.each(DURABILITIES)('holds files of their full size, for this user alone: level %s', async (level) => {
    const { keeper } = await opened(level);
    await keeper.keep([intent('a')]);
    expect(idsIn(folder)).toEqual(['a']);
    for (const name of filesIn(folder)) {
      const { size, mode } = statSync(join(folder, name));
      expect(size).toBe(SEGMENT_BYTES);
      if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600);
    }
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is empty once the database has everything and the engine ends', async () => {
    const { journal, keeper } = await opened('process');
    await keeper.keep([intent('a')]);
    keeper.confirm();
    await journal.close();
    expect(filesIn(folder)).toEqual([]);
  });

  it.each([
    ['moved', (path: string) => renameSync(path, join(root, 'elsewhere'))],
    ['removed', (path: string) => rmSync(path)],
    [
      'replaced',
      (path: string) => {
        renameSync(path, join(root, 'elsewhere'));
        writeFileSync(path, Buffer.alloc(SEGMENT_BYTES));
      },
    ],
    ['removed with its folder', () => rmSync(folder, { recursive: true })],
    ['cut', (path: string) => truncateSync(path, 64)],
  ])('refuses an intent where its file was %s, names it, and goes on in another', async (_how, harm) => {
    const { journal, keeper } = await opened('process');
    await keeper.keep([intent('a')]);
    const [name = ''] = filesIn(folder);
    harm(join(folder, name));
    expect(() => keeper.keep([intent('b')])).toThrow(/while the engine ran/);
    expect(journal.health.healthy).toBe(false);
    await until(() => {
      try {
        void keeper.keep([intent('c')]);
        return true;
      } catch {
        return false;
      }
    });
    expect(journal.health.healthy).toBe(true);
    expect(readdirSync(folder).some((one) => readSegment(folder, one).includes('"c"'))).toBe(true);
  });

  it('that cannot be made refuses a run with the reason', async () => {
    writeFileSync(folder, 'a file');
    const journal = new IntentJournal(new SegmentFolder(folder), 'disk');
    await expect(journal.recover(await openDatabase({ memory: true }))).rejects.toThrow(/intent journal/);
  });

  it('leaves what another program put there', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const { journal } = await opened('process');
    await journal.close();
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  });

  it.each(DURABILITIES)(
    'has every intent that a process had confirmed when it was killed: level %s',
    async (level) => {
      const confirmed: string[] = [];
      for (let life = 0; life < 3; life++) {
        const child = spawn(process.execPath, ['src-engine/testing/keep-until-killed.ts', folder, level]);
        // Heard from the start: one that ended before it was killed would be waited for without end.
        const ended = once(child, 'close');
        let output = '';
        let errors = '';
        child.stderr
          .setEncoding('utf8')
          .on('data', (text: string) => (errors = (errors + text).slice(-2_000)));
        child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
        await until(() => output.split('\n').length > 20);
        child.kill('SIGKILL');
        const [, signal] = (await ended) as [number | null, string | null];
        expect(signal, errors).toBe('SIGKILL');
        const kept = output.split('\n').slice(0, -1);
        confirmed.push(...kept);
        // The next life gives its database what it finds; here it is looked at first.
        const found = idsIn(folder);
        expect(kept.filter((id) => !found.includes(id))).toEqual([]);
      }
      expect(confirmed.length).toBeGreaterThan(60);
    },
  );
});
