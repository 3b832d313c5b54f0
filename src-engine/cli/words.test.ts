/** What commands say of what they did, in one process: what changed, and in words and units of people. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { createEngine } from '../assemble.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from '../backtest/testing/made-log.ts';
import { countGraph } from '../detection/pair-graph.ts';
import { DEFAULT_CAPITAL } from '../domain/default-capital.ts';
import { linuxRemedy } from '../secrets/keychain.ts';
import { assetPairsText, captureLines, krakenSession } from '../testing/kraken-session.ts';
import { PAIRS } from '../venues/local-exchange/protocols/kraken/pairs.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { parallaxHere } from './testing/in-process.ts';
import { json } from './testing/parallax-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-said-'));
const logs = logFolder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  logs.remove();
});

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

it('rearm says that nothing was killed, and what changed when something was', async () => {
  const dataDir = join(folder, 'engine');
  const engine = await createEngine({ dataDir, note: () => undefined });
  try {
    const idle = await parallaxHere('rearm', '--data-dir', dataDir);
    expect(idle).toMatchObject({ code: 0, stdout: 'nothing to do: nothing was killed\n' });
    expect(json(await parallaxHere('rearm', '--data-dir', dataDir, '--json'))).toEqual({
      killed: false,
      changed: false,
    });
    expect((await parallaxHere('kill', 'x', '--data-dir', dataDir)).code).toBe(2);
    expect(json(await parallaxHere('status', '--data-dir', dataDir, '--json'))).toMatchObject({
      killed: false,
    });
    expect((await parallaxHere('kill', '--reason', 'a', 'drill', '--data-dir', dataDir)).code).toBe(0);
    expect(json(await parallaxHere('status', '--data-dir', dataDir, '--json'))).toMatchObject({
      killed: true,
    });
    expect((await parallaxHere('rearm', 'x', '--data-dir', dataDir)).code).toBe(2);
    expect(json(await parallaxHere('status', '--data-dir', dataDir, '--json'))).toMatchObject({
      killed: true,
    });
    expect((await parallaxHere('rearm', '--data-dir', dataDir)).stdout).toMatch(/^re-armed/);
    expect(json(await parallaxHere('status', '--data-dir', dataDir, '--json'))).toMatchObject({
      killed: false,
    });
  } finally {
    await engine.stop();
  }
});

describe('a backtest that is stored', () => {
  const dataDir = join(folder, 'lab');
  const log = logs.write('triangle.jsonl', [header(TRIANGLE), ...triangleEvents(7, 600).events]);

  it('has the figures of one that is not, and runs, report and compare find it', async () => {
    const plain = json(await parallaxHere('backtest', log, '--json'));
    const saved = json(await parallaxHere('backtest', log, '--save', '--data-dir', dataDir, '--json'));
    for (const key of ['digest', 'pnl', 'orders', 'fills', 'opportunities', 'capture']) {
      expect(saved[key], key).toEqual(plain[key]);
    }
    const { capital } = plain['settings'] as { readonly capital: object };
    expect(Object.values(capital)).toEqual([DEFAULT_CAPITAL]);
    const runId = String(saved['runId']);
    const listed = await parallaxHere('runs', '--data-dir', dataDir);
    expect(listed.stdout).toContain(`${runId}  ${(saved['metrics'] as { netPnl: string }).netPnl} `);
    const { stdout } = await parallaxHere('report', runId, '--data-dir', dataDir);
    expect(stdout).toMatch(/^ {2}from: \d{4}-\d\d-\d\dT[\d:.]+Z$/m);
    expect(stdout).toMatch(/^ {2}period: \d+ s$/m);
    // No number of µs since 1970 is left; a fraction may have as many digits.
    expect(stdout).not.toMatch(/(?<![.\d])\d{16}(?!\d)/);
    expect((await parallaxHere('compare', runId, runId, '--data-dir', dataDir)).stdout).toContain(
      'nothing differs',
    );
    const page = join(folder, 'run.html');
    expect((await parallaxHere('report', runId, '--html', page, '--data-dir', dataDir)).code).toBe(0);
    expect(readFileSync(page, 'utf8')).not.toMatch(/(?<![.\d])\d{16}(?!\d)/);
    const again = await parallaxHere('report', runId, '--html', page, '--data-dir', dataDir);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') });
  });

  it('withholds yearly ratios of a run of seconds in both, with the reason', async () => {
    for (const more of [[], ['--save', '--data-dir', dataDir], ['--period-s', '1']]) {
      const { stdout } = await parallaxHere('backtest', log, ...more);
      expect(stdout).toContain('Sharpe none, Sortino none, Calmar none');
      expect(stdout).toContain('note: The run is shorter than a day');
    }
  });
});

describe('files', () => {
  it('graph and check-book read gzip as they read plain text', async () => {
    const pairs = file('pairs.json.gz', gzipSync(assetPairsText()));
    expect(json(await parallaxHere('graph', pairs, '--json'))).toMatchObject(countGraph(PAIRS));
    const frames = captureLines(krakenSession(['BTC/USD'], 2)).join('\n');
    expect((await parallaxHere('check-book', file('frames.jsonl.gz', gzipSync(frames)))).code).toBe(0);
  });

  it('check-book reads what a byte order mark stands before and what breaks off, and names what it cannot rebuild', async () => {
    const frames = captureLines(krakenSession(['BTC/USD'], 2)).join('\n');
    const marked = await parallaxHere(
      'check-book',
      file('marked.jsonl', Buffer.from(`\ufeff${frames}`)),
      '--json',
    );
    expect(json(marked)).toMatchObject({ unreadable: { count: 0 }, firstFault: null });
    const packed = gzipSync(frames);
    const cut = await parallaxHere(
      'check-book',
      file('frames.gz', packed.subarray(0, packed.length / 2)),
      '--json',
    );
    expect(cut.code).toBe(0);
    expect(json(cut)).toMatchObject({ unreadable: { count: 1 }, firstFault: null });
    const changes = frames.split('\n').filter((line) => !line.includes('snapshot'));
    const headless = await parallaxHere(
      'check-book',
      file('headless.jsonl', Buffer.from(changes.join('\n'))),
    );
    expect(headless).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/left out: \d+ × change of BTC\/USD before its first snapshot/),
    });
    const odd = { arg: { channel: 'books', instId: '\u001b[31mA\nB' }, action: 'snapshot' };
    const data = [{ asks: [['2', '1', '0', '1']], bids: [['1', '1', '0', '1']], seqId: 5, prevSeqId: -1 }];
    const named = file('odd.jsonl', Buffer.from(JSON.stringify({ ...odd, data })));
    const words = await parallaxHere('check-book', named, '--venue', 'okx');
    expect(words.stdout).toContain('  \\u001b[31mA\\u000aB: 0 of 0 changes');
  });

  it.each([
    [
      'graph',
      'cut.json.gz',
      () => gzipSync(assetPairsText()).subarray(0, 99),
      /cannot be unpacked \(unexpected end of file\)/,
    ],
    ['graph', 'database.db', () => Buffer.from('SQLite format 3\0\0\0'), /is not text\. Unpack it/],
    ['check-book', 'frames.bin', () => Buffer.from([0xff, 0xfe, 0, 1]), /not UTF-8 text/],
    ['sweep', 'spec.json.gz', () => gzipSync('{"logs": []}'), /logs: "\[\]" does not fit/],
  ])('%s refuses %s plainly', async (command, name, content, message) => {
    const answer = await parallaxHere(command, file(name, content()));
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(answer.stderr).toMatch(/^[\x20-\x7e\s’…]*$/);
  });

  it('a tape replaces a tape, and nothing else', async () => {
    const log = logs.write('taped.jsonl', [header(TRIANGLE), ...triangleEvents(7, 50).events]);
    const mine = file('mine.txt', 'mine');
    const refusal = await parallaxHere('tape', log, '--out', mine);
    expect(refusal).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--out: ".*mine\.txt" exists already and is no tape/),
    });
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    const tape = join(folder, 'a.tape');
    expect((await parallaxHere('tape', log, '--out', tape)).code).toBe(0);
    expect((await parallaxHere('tape', log, '--out', tape)).code).toBe(0);
  });
});

it('a host that cannot be reached is named, with the reason and what to look at', async () => {
  const ask = (url: string) =>
    new SystemNetwork().request({ method: 'GET', url, headers: {}, timeoutMs: 5_000, maxBytes: 1_000 });
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const refusal = new RegExp(
    `^127\\.0\\.0\\.1:${port} cannot be reached: it refuses connections \\(.*ECONNREFUSED`,
  );
  await expect(ask(`http://127.0.0.1:${port}/x`)).rejects.toThrow(refusal);
  await expect(ask('http://no-such-host.invalid/x')).rejects.toThrow(
    /^no-such-host\.invalid cannot be reached: its name .*DNS \(.*(ENOTFOUND|EAI_AGAIN)/,
  );
});

it('doctor names each thing once, and a keyring for a server without a desktop', async () => {
  const { stdout } = await parallaxHere('doctor', '--data-dir', folder);
  expect(stdout).not.toMatch(/(\w+): \1:/);
  expect(linuxRemedy({})).toContain('dbus-run-session -- bash -c');
  expect(linuxRemedy({ DISPLAY: ':0' })).toContain('Unlock your login keyring');
});
