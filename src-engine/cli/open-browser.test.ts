/** What the program that opens a browser is given, by a stand-in of it that writes down what every user of a machine could read. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createEngine } from '../assemble.ts';
import { until } from '../testing/until.ts';
import { openBrowser } from './open-browser.ts';

const TOKENS = { operator: 'operator-token-canary-0123', viewer: 'viewer-token-canary-0123' };
const PASSWORD = 'database-password-canary';

it.runIf(process.platform === 'linux')(
  'a browser is opened by an address that is good once; no token or password is in arguments or the environment',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-browser-'));
    const seen = join(folder, 'seen');
    const opener = join(folder, 'xdg-open');
    // Its own arguments, those of every process that it can see, and its environment.
    const script = `#!/bin/sh\n{ printf '%s\\n' "$@"; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; env; } > ${seen}.new 2>/dev/null\nmv ${seen}.new ${seen}\n`;
    writeFileSync(opener, script);
    chmodSync(opener, 0o755);
    const engine = await createEngine({
      dataDir: join(folder, 'data'),
      tokens: TOKENS,
      note: () => undefined,
      port: 0,
    });
    try {
      const address = engine.openingAddress();
      const secrets = {
        PARALLAX_DATABASE: `postgres://ann:${PASSWORD}@db/x`,
        PARALLAX_REDIS_PASSWORD: PASSWORD,
        PGPASSWORD: PASSWORD,
      };
      openBrowser(address, { PATH: `${folder}:${process.env['PATH'] ?? ''}`, DISPLAY: ':99', ...secrets });
      await until(() => expect(existsSync(seen)).toBe(true));
      const text = readFileSync(seen, 'utf8');
      expect(text.split('\n', 1)[0]).toBe(address);
      expect(text).toContain('DISPLAY=:99');
      for (const secret of [TOKENS.operator, TOKENS.viewer, PASSWORD]) expect(text).not.toContain(secret);
      const visit = await fetch(address, { redirect: 'manual' });
      expect(visit.headers.get('location')).toContain(TOKENS.operator);
      expect((await fetch(address, { redirect: 'manual' })).status).not.toBe(303);
    } finally {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
