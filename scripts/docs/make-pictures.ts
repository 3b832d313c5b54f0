/** `npm run pictures`: the pictures of docs/tutorial.md, made anew by the specs that drive the product. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../start/run.ts';
import { findChromium, missingChromium } from '../test/parts.ts';

const SPECS = ['trader-day', 'live', 'venues'];

const chromium = await findChromium();
if (chromium === undefined) {
  const { what, command } = missingChromium();
  process.stderr.write(`${what} is missing; install it with: ${command ?? 'your system’s packages'}\n`);
  process.exitCode = 1;
} else {
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/@playwright/test/cli.js',
      'test',
      '--project=browser',
      '--workers=1',
      ...SPECS.map((name) => `e2e/${name}.spec.ts`),
    ],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...process.env,
        PARALLAX_CHROMIUM: chromium,
        PARALLAX_PICTURES: join(ROOT, 'docs', 'tutorial'),
      },
    },
  );
  process.exitCode = status ?? 1;
}
