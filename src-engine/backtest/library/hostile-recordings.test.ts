/** Files of a library that were made to do harm, or by two at once. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readLineBlocks } from '../../storage/market-log-lines.ts';
import { readMarketLog } from '../../storage/market-log.ts';
import { writeWhole } from '../../lib/whole-file.ts';
import { header, logFolder, START_US, TRIANGLE, triangleEvents } from '../testing/made-log.ts';
import { runLibraryTask } from './library-tasks.ts';
import { scanRecording } from './recording-scan.ts';

const files = logFolder();
const good = files.write('good.jsonl', [header(TRIANGLE), ...triangleEvents(3, 600).events]);
const first = readFileSync(good, 'utf8').split('\n', 1)[0] ?? '';
afterAll(() => files.remove());

/** A library with one good recording, and what a test puts beside it. */
function libraryWith(name: string, content?: string | Buffer): string {
  const folder = join(dirname(good), `library-${name.replaceAll(/\W/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(good, join(folder, 'good.jsonl'));
  if (content !== undefined) writeFileSync(join(folder, name), content);
  return folder;
}

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const tapeOf = (head: string): Buffer => {
  const text = Buffer.from(head);
  const start = Buffer.alloc(16);
  start.write('PLXTAPE');
  return Buffer.concat([start, text]);
};

describe('a harmful recording is listed with its fault, and the others with their figures', () => {
  it.each([
    ['deep-value.jsonl', `${first.replace('"made"', deep(200_000))}\n`],
    [
      'deep-list.jsonl',
      `{"format":"parallax-market-log","version":1,"venue":"made","instruments":${deep(100_000)}}\n`,
    ],
    ['deep-format.jsonl', `{"format":${deep(100_000)}}\n`],
    ['deep-event.jsonl', `${first}\n{"t":1,"i":${deep(100_000)}}\n`],
    ['not-json.jsonl', '\u0000\u0001\u0002'],
    ['blank.jsonl', `${first}\n${'\n'.repeat(3_000_000)}`],
    ['only-blank.jsonl', '\n'.repeat(3_000_000)],
    ['endless-line.jsonl', `${first}\n${'x'.repeat(5_000_000)}`],
    ['broken.jsonl.gz', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])],
    ['head.tape', tapeOf('{}')],
  ])('%s', async (name, content) => {
    const folder = libraryWith(name, content);
    for (const scan of [true, false]) {
      const listed = await runLibraryTask(folder, { kind: 'list', scan });
      expect(listed.map((each) => each.name).toSorted()).toEqual(['good.jsonl', name].toSorted());
      expect(listed.find((each) => each.name === 'good.jsonl')?.figures?.events).toBe(600);
      const bad = listed.find((each) => each.name === name);
      expect([bad?.figures, bad?.fault === '']).toEqual([null, false]);
      expect((bad?.fault ?? '').length).toBeLessThan(1_000);
    }
  });

  it('a file that unpacks to more than two hundred times its size is given up, whatever its lines say', async () => {
    const path = join(dirname(good), 'bomb.jsonl.gz');
    writeFileSync(path, gzipSync(`${' '.repeat(2 ** 20)}\n`.repeat(66)));
    const readAll = async (): Promise<void> => {
      for await (const block of readLineBlocks(path, false)) expect(block.firstLine).toBeLessThan(66);
    };
    await expect(readAll()).rejects.toThrow(/more than 200 times the \d+ bytes of the file/);
  });

  it('a file of nothing but line breaks is given up within its first block', async () => {
    const path = files.write('breaks.jsonl', [header(TRIANGLE)]);
    writeFileSync(path, `${first}\n${'\n'.repeat(20_000_000)}`);
    const log = await readMarketLog(path);
    await expect(log.batches[Symbol.asyncIterator]().next()).rejects.toThrow(/more than 1000 blank lines/);
    await log.close();
  });
});

describe.skipIf(process.platform === 'win32')('names of files', () => {
  it('that turn the direction of text, hide signs or break lines are not listed; long ones and other scripts are', async () => {
    const folder = libraryWith('names');
    const shown = ['é.jsonl', 'e\u0301.jsonl', '市場.jsonl', 'GOOD.jsonl', `${'n'.repeat(249)}.jsonl`];
    const hidden = [
      'a\u202egp.jsonl',
      'good\u200b.jsonl',
      'good\u200d.jsonl',
      'two\nlines.jsonl',
      '\u001b[31m.jsonl',
    ];
    for (const name of [...shown, ...hidden]) copyFileSync(good, join(folder, name));
    const names = readdirSync(folder).length;
    for (const scan of [false, true]) {
      const listed = await runLibraryTask(folder, { kind: 'list', scan });
      expect(listed.map(({ name }) => name).toSorted()).toEqual(['good.jsonl', ...shown].toSorted());
      expect(listed.filter(({ fault }) => fault !== '')).toEqual([]);
    }
    expect(names).toBe(1 + shown.length + hidden.length);
  });
});

describe.skipIf(process.platform === 'win32')('what is not a plain file', () => {
  it('is not waited for: a pipe is refused by name', async () => {
    const folder = libraryWith('pipes');
    execFileSync('mkfifo', [join(folder, 'pipe.jsonl'), join(folder, 'pipe.tape')]);
    const listed = await runLibraryTask(folder, { kind: 'list', scan: true });
    expect(listed.map(({ name }) => name)).toEqual(['good.jsonl']);
    const trim = { kind: 'trim', recording: 'pipe.jsonl', out: 'out.jsonl' } as const;
    await expect(runLibraryTask(folder, trim)).rejects.toThrow(/"pipe.jsonl" is a pipe/);
    await expect(readMarketLog(join(folder, 'pipe.jsonl'))).rejects.toThrow(/is a pipe/);
    await expect(scanRecording(join(folder, 'pipe.tape'))).rejects.toThrow(/is a pipe/);
    await expect(readMarketLog('/dev/zero')).rejects.toThrow(/is a device/);
  });

  it('does not lead out of the library: a link is refused by name', async () => {
    const folder = libraryWith('links');
    symlinkSync(good, join(folder, 'link.jsonl'));
    const trim = { kind: 'trim', recording: 'link.jsonl', out: 'out.jsonl' } as const;
    await expect(runLibraryTask(folder, trim)).rejects.toThrow(/"link.jsonl" is a link/);
    symlinkSync(join(dirname(good), 'made-elsewhere.jsonl'), join(folder, 'out.jsonl'));
    const out = { kind: 'trim', recording: 'good.jsonl', out: 'out.jsonl' } as const;
    await expect(runLibraryTask(folder, out)).rejects.toThrow(/is a link/);
  });
});

describe('two who write to one name', () => {
  it.each(['out.jsonl', 'out.jsonl.gz'])('%s: one of them does, and its file is whole', async (out) => {
    const folder = libraryWith(`two-${out.length}`);
    const trim = (toUs: number) =>
      runLibraryTask(folder, { kind: 'trim', recording: 'good.jsonl', out, toUs: START_US + toUs });
    const ends = await Promise.allSettled([trim(9_000_000), trim(4_000_000), trim(2_000_000)]);
    const done = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(done).toHaveLength(1);
    for (const end of ends) {
      if (end.status === 'rejected') expect(String(end.reason)).toMatch(/is being written|exists already/);
    }
    const { events } = await scanRecording(join(folder, out));
    expect(events).toBe(done[0]?.events);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    await expect(trim(1_000_000)).rejects.toThrow(/exists already/);
    expect(statSync(join(folder, out)).mode & 0o077).toBe(0);
  });

  it('of a tape: each is whole, and the later one stays', async () => {
    const folder = libraryWith('tapes');
    const make = () => runLibraryTask(folder, { kind: 'tape', recordings: ['good.jsonl'], out: 'good.tape' });
    const made = await Promise.all([make(), make(), make()]);
    expect(made.map(({ events }) => events)).toEqual([600, 600, 600]);
    expect((await scanRecording(join(folder, 'good.tape'))).events).toBe(600);
    expect(readdirSync(folder).toSorted()).toEqual(['good.jsonl', 'good.tape']);
  });

  it('of a file that is replaced: it is one of them, never a mixture', async () => {
    const path = join(dirname(good), 'replaced.json');
    const texts = Array.from({ length: 20 }, (_, k) => String(k).repeat(50_000));
    await Promise.all(texts.map((text) => writeWhole(path, text)));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(dirname(good)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
