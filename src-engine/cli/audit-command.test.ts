import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '../storage/database.ts';
import { Journal } from '../storage/journal.ts';
import { main } from './main.ts';

it('audit verify says what it shows and what it cannot, and takes an end that was noted before', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-audit-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const database = await openDatabase({ dataDir });
  const journal = await Journal.open(database, { profile: 'live', runId: 'run-1' });
  await journal.appendAudit({
    atUs: 1,
    actor: 'operator via api',
    action: 'kill',
    outcome: 'ok',
    detail: '',
  });
  await journal.close();
  await database.close();
  let printed = '';
  const stop = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const errors = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  onTestFinished(() => {
    stop.mockRestore();
    errors.mockRestore();
  });
  const verify = async (...more: string[]) => {
    printed = '';
    const code = await main(['audit', 'verify', '--data-dir', dataDir, ...more]);
    return { code, printed };
  };
  const first = await verify();
  expect(first.code).toBe(0);
  expect(first.printed).toContain('the hashes have no key');
  const noted = /--expect (audit:live:1:[0-9a-f]{64})/.exec(first.printed)?.[1] ?? '';
  expect(await verify('--expect', noted)).toMatchObject({ code: 0 });
  const other = await verify(
    '--expect',
    noted.replace(/[0-9a-f]$/, (last) => (last === '0' ? '1' : '0')),
  );
  expect(other).toMatchObject({
    code: 1,
    printed: expect.stringContaining('audit of live: row 1 was altered'),
  });
  expect(await verify('--expect', 'audit:live:one')).toMatchObject({
    code: 2,
    printed: expect.stringContaining('--expect: "audit:live:one" is not the end of a chain'),
  });
});
