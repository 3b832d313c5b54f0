/** The examples do what their page says: each of its commands is run as it stands there, with a folder of its own for what it writes. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { parallaxHere } from '../../src-engine/cli/testing/in-process.ts';
import { makeExamples } from './make-examples.ts';

const EXAMPLES = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'examples');
const folder = mkdtempSync(join(tmpdir(), 'parallax-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
const commands = [...page.matchAll(/^npm run -s parallax -- (.+)$/gm)]
  .map(([, line = '']) => line)
  .filter((line) => !line.startsWith('serve'));

// A sweep decodes its logs into a tape beside its spec.
cpSync(EXAMPLES, join(folder, 'examples'), { recursive: true });

/** As a shell would split it, with nothing outside of the test's folder. */
function argsOf(line: string): string[] {
  const words = line
    .split(' ')
    .map((word) => word.replace('/tmp/', `${folder}/`).replace(/^examples\//, `${folder}/examples/`));
  return words[0] === 'sweep' ? [...words, '--data-dir', join(folder, 'data')] : words;
}

describe('examples', () => {
  it('has commands to try', () => {
    expect(commands.length).toBeGreaterThan(6);
  });

  it.each(commands)('%s', async (line) => {
    const args = argsOf(line);
    const { code, stderr, stdout } = await parallaxHere(...args, '--json');
    expect(code, stderr).toBe(0);
    if (args[0] === 'backtest') expect((JSON.parse(stdout) as { fills: number }).fills).toBeGreaterThan(0);
  });

  it('has the files that its generator writes, to the byte', () => {
    for (const [name, content] of makeExamples()) {
      const kept = readFileSync(join(EXAMPLES, name));
      if (typeof content === 'string') expect(kept.toString('utf8'), name).toBe(content);
      else expect(gunzipSync(kept).equals(gunzipSync(content)), name).toBe(true);
    }
  });
});
