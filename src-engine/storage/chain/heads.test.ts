import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ChainHeads } from './heads.ts';

/** Puts ends until the system takes no more bytes; says how many were taken. */
const FILL = `
const { ChainHeads } = await import(process.argv[1]);
const heads = new ChainHeads(process.argv[2]);
const hash = 'a'.repeat(64);
let id = 0;
try {
  for (;; id++) {
    heads.put([{ profile: 'demo', chain: 'events', from: { id, hash }, to: [], anchor: null, broken: null }]);
    if (id > 1000) throw new Error('no bound was met');
  }
} catch (error) {
  process.stdout.write(JSON.stringify([id, error.code]));
}
await heads.close();
`;

// A disk that is full takes the beginning of a line and then nothing: the next line would have followed on it, and a start
// would have reported an altered file.
it.skipIf(process.platform === 'win32')(
  'ends that the disk had no room for leave no half of a line, and the ends before them hold',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-heads-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'chain-heads.jsonl');
    const source = new URL('./heads.ts', import.meta.url).href;
    // The largest file that a process may make, in blocks of 512 or 1,024 bytes.
    const command = 'ulimit -f 4; exec "$0" --input-type=module -e "$1" "$2" "$3"';
    const { stdout, stderr } = spawnSync('sh', ['-c', command, process.execPath, FILL, source, path], {
      encoding: 'utf8',
      env: { ...process.env, NODE_COMPILE_CACHE: '' },
    });
    const [taken, code] = JSON.parse(stdout || '[]') as [number?, string?];
    expect([code, stderr]).toEqual(['EFBIG', '']);
    expect(taken).toBeGreaterThan(1);
    const lines = readFileSync(path, 'utf8').split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([(taken ?? 0) + 1, '']);
    const again = new ChainHeads(path);
    expect([again.damage, again.get('demo', 'events')?.from.id]).toEqual([undefined, (taken ?? 0) - 1]);
  },
);
