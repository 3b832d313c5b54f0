import { afterAll, describe, expect, it } from 'vitest';
import { type Alert, alertRule } from '../../contract/alert-records.ts';
import { testDatabases } from '../../testing/databases.ts';
import { openDatabase } from '../database.ts';
import { loadAlertRules, loadAlerts, saveAlertRules, saveAlerts } from './alerts.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const sample = (alertId: number, change: Partial<Alert> = {}): Alert => ({
  alertId,
  key: `k${alertId}`,
  severity: 'warning',
  title: 'Feed of kraken lost',
  detail: 'code 1006; it’s “gone”',
  panel: 'health',
  venue: 'kraken',
  symbol: '',
  atUs: 1_700_000_000_000_001,
  lastUs: 1_700_000_000_000_002,
  times: 2,
  lasts: true,
  endedUs: null,
  acknowledgedUs: null,
  ...change,
});

describe.each(databases.table)('alerts on %s', (_name, { fresh, missing }) => {
  it.skipIf(missing !== undefined)('are as they were stored last, newest first, by profile', async () => {
    const location = await fresh();
    const database = await openDatabase(location);
    await saveAlerts(database, 'demo', [sample(1), sample(2), sample(3)], 1);
    await saveAlerts(database, 'demo', [sample(2, { acknowledgedUs: 7 })], 2);
    await saveAlerts(database, 'paper', [sample(1)], 1);
    await database.close();
    const again = await openDatabase(location);
    expect(await loadAlerts(again, 'demo')).toEqual([sample(3), sample(2, { acknowledgedUs: 7 })]);
    expect(await loadAlerts(again, 'live')).toEqual([]);
    await again.close();
  });

  it.skipIf(missing !== undefined)('keep their rules, without those of another shape', async () => {
    const database = await openDatabase(await fresh());
    const rule = alertRule.parse({ kind: 'edge', netBps: 12.5 });
    const stored = { ruleId: 4, rule, isArmed: false, firedUs: 9 };
    await saveAlertRules(database, 'demo', [stored]);
    expect(await loadAlertRules(database, 'demo')).toEqual([stored]);
    await saveAlertRules(database, 'demo', [stored, { ...stored, ruleId: -1 }]);
    expect(await loadAlertRules(database, 'demo')).toEqual([stored]);
    expect(await loadAlertRules(database, 'paper')).toEqual([]);
    await database.close();
  });
});
