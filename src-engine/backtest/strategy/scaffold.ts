/** Writes a first strategy into the trader's own folder: the strategy, and a test that must pass. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../domain/errors.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../../lib/whole-file.ts';
import { STRATEGY_NAME } from '../../strategies/check-manifest.ts';
import { HOUSE_STRATEGIES } from '../../strategies/house/house-strategies.ts';
import { strategiesFolder } from './own-strategies.ts';

/** @returns the files. @throws UserError for a name that cannot be one, or is in use. */
export async function scaffold(dataDir: string, name: string): Promise<readonly string[]> {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-name', field: 'NAME', value: name, message, remedy });
  if (!STRATEGY_NAME.test(name) || name.length > 60) {
    throw refuse('is not a name of a strategy', 'Write lower case with hyphens, such as my-strategy.');
  }
  if (HOUSE_STRATEGIES.some(({ manifest }) => manifest.name === name)) {
    throw refuse('is a strategy of the house', 'Choose another name.');
  }
  const folder = join(strategiesFolder(dataDir), name);
  await mkdir(strategiesFolder(dataDir), { recursive: true, mode: PRIVATE_FOLDER });
  try {
    await mkdir(folder, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw refuse(
      `exists already in ${strategiesFolder(dataDir)}`,
      'Choose another name, or remove that folder.',
    );
  }
  const files = [
    [join(folder, 'strategy.ts'), strategyText(name)],
    [join(folder, 'strategy.test.ts'), testText(name)],
  ] as const;
  for (const [path, text] of files) await writeFile(path, text, { flag: 'wx', mode: PRIVATE_FILE });
  return files.map(([path]) => path);
}

/** Of a file of this project, for an import from outside of it. */
function ours(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url)).replaceAll('\\', '/');
}

function strategyText(name: string): string {
  return `// A strategy of your own. It is called after each closed bar and says which position it wants from the next price on.
// It may use what comes with the call and nothing else: no clock, no Math.random, no file, no network, no await.
import type { StrategyKit } from '${ours('../../strategies/strategy-kit.ts')}';
import type { Outbox, View } from '${ours('../../strategies/strategy-port.ts')}';

export default ({ z }: StrategyKit) => {
  // Every parameter has a range and a default; \`strategy run\` takes others with --param entry=1.5.
  const parameters = z.strictObject({
    bars: z.int().min(5).max(500).default(20),
    entry: z.number().min(0.1).max(10).default(2),
  });
  type Parameters = { readonly bars: number; readonly entry: number };

  return {
    manifest: {
      name: '${name}',
      // Raise it whenever the same bars give other decisions.
      version: 1,
      summary: 'Buys a close far below the mean of the last bars, and sells at the mean.',
      markets: 1,
      input: 'bars',
      may: 'position',
      parameters,
      // \`features list\` shows what there is. The view has them in this order.
      features: ({ bars }: Parameters) => [\`z-score:\${bars}\`],
    },
    create: ({ entry }: Parameters) => ({
      onBar({ features: [row], positions: [held] }: View, out: Outbox) {
        const z = row?.[0] ?? Number.NaN;
        // NaN: the feature is not warm yet.
        if (Number.isNaN(z)) out.want(0, 0, 'not-warm');
        else if (held === 0 && z <= -entry) out.want(0, 1, 'far-below-mean');
        else if (held === 1 && z >= 0) out.want(0, 0, 'at-mean');
      },
      // What this strategy must remember over a restart, as text. This one looks at its position alone.
      save: () => '',
      load: () => undefined,
    }),
  };
};
`;
}

function testText(name: string): string {
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryStrategy } from '${ours('./strategy-trial.ts')}';
import strategy from './strategy.ts';

test('${name} repeats, decides by past bars alone, and goes on after a restart', () => {
  const { checks } = tryStrategy(strategy, { seed: 1 });
  assert.equal(checks.stopped, null);
  assert.equal(checks.repeats, true);
  assert.equal(checks.lookahead, null);
  assert.equal(checks.restart, null);
});

test('${name} trades where prices come back, and earns before costs', () => {
  // Each bar brings back a tenth of the price's distance from its mean.
  const { run } = tryStrategy(strategy, { seed: 2, planted: { reversion: 0.1 } });
  assert.ok(run.trades.length > 10, \`\${run.trades.length} trades\`);
  assert.ok(run.grossBps > 0, \`\${run.grossBps} bps\`);
});
`;
}
