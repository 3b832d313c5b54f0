/** An order that only the intent journal has, as an engine was killed before its database had it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createEngine } from '../assemble.ts';
import { connectEngine } from '../testing/patient-client.ts';
import { openDatabase } from '../storage/database.ts';
import { IntentJournal } from '../storage/intents/intent-journal.ts';
import { intentsFolder } from '../storage/intents/intents-folder.ts';
import { SegmentFolder } from '../storage/intents/segment-folder.ts';
import { setSetting } from '../storage/settings.ts';
import { sampleOrder } from '../testing/sample-events.ts';

it('is stored before a plan is chosen or a venue is read: the venue where it may be open is not left out', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-recover-'));
  try {
    const database = await openDatabase({ dataDir });
    await setSetting(database, 'venues rehearsal', ['kraken', 'binance']);
    const intents = new IntentJournal(new SegmentFolder(intentsFolder(dataDir, undefined)), 'disk');
    await intents.recover(database);
    const order = sampleOrder({ orderId: 'a'.repeat(32), venue: 'sim-binance', state: 'created' });
    await intents
      .keeperOf({ profile: 'rehearsal', runId: 'rehearsal-1' })
      .keep([{ type: 'orderCreated', atUs: order.createdUs, order }]);
    await intents.close();
    await database.close();

    const engine = await createEngine({ dataDir, seed: 3, note: () => undefined });
    try {
      const client = connectEngine(dataDir, 'test');
      await expect(
        client.call('chooseProfile', { profile: 'rehearsal', venues: ['kraken'] }),
      ).rejects.toThrow(`leaves out sim-binance, where order ${order.orderId} may be open`);
    } finally {
      await engine.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

it('a session begins halted where the intent journal is damaged, and says which file', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-recover-'));
  const folder = intentsFolder(dataDir, undefined);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '000000000001.intents'), Buffer.alloc(5_000, 7));
  const engine = await createEngine({ dataDir, seed: 3, note: () => undefined });
  try {
    const client = connectEngine(dataDir, 'test');
    await client.call('chooseProfile', { profile: 'demo' });
    const { paused, haltReason } = await client.call('getStatus', {});
    expect(paused).toBe(true);
    expect(haltReason).toMatch(/intent journal was found damaged: the beginning of 000000000001\.intents/);
  } finally {
    await engine.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
