/** `serve` from a folder in which nothing was ever built: the address that it prints answers the window. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyAlone } from '../test/lone-copy.ts';
import { ROOT } from './run.ts';

let place: string;
let copy: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'parallax-serve-'));
  copy = copyAlone(ROOT, place);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

it('builds the window first, and serves it', async () => {
  const options = ['--no-open', '--json', '--port', '0', '--data-dir', join(place, 'data')];
  const child = spawn(process.execPath, ['scripts/parallax.mjs', 'serve', ...options], { cwd: copy });
  const said: string[] = [];
  child.stderr.on('data', (data: Buffer) => said.push(data.toString()));
  try {
    const [line] = (await Promise.race([
      once(createInterface(child.stdout), 'line'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`serve ended with ${code}: ${said.join('')}`);
      }),
    ])) as [string];
    const { window } = JSON.parse(line) as { readonly window: string };
    const answer = await fetch(window);
    expect(answer.status).toBe(200);
    const page = await answer.text();
    expect(page).toMatch(/<title>Parallax<\/title>/);
    const script = /<script[^>]* src="\.\/([^"]+)"/.exec(page)?.[1] ?? '';
    expect((await fetch(new URL(script, window))).headers.get('content-type')).toMatch(/javascript/);
    expect(said.join('')).toContain('Building the window …');
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
});
