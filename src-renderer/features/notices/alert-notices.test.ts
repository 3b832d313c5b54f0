import { expect, test } from 'vitest';
import type { Alert, AlertSeverity } from '../../../src-engine/contract/alert-records.ts';
import { type AlertNotes, alertNotices } from './alert-notices.ts';

const alert = (alertId: number, severity: AlertSeverity, change: Partial<Alert> = {}): Alert => ({
  alertId,
  key: `k${alertId}`,
  severity,
  title: `alert ${alertId}`,
  detail: 'd',
  panel: 'risk',
  venue: '',
  symbol: '',
  atUs: 1,
  lastUs: 1,
  times: 1,
  lasts: false,
  endedUs: null,
  acknowledgedUs: null,
  ...change,
});
const titles = (lastId: number | undefined, alerts: readonly Alert[], from: AlertNotes = 'warning') =>
  alertNotices(lastId, alerts, from).map(({ title }) => title);

test('new alerts are notified once, in the order in which they came, and none at the first look', () => {
  const list = [alert(7, 'warning'), alert(6, 'critical'), alert(5, 'warning')];
  expect(titles(undefined, list)).toEqual([]);
  expect(titles(5, list)).toEqual(['alert 6', 'alert 7']);
  expect(titles(7, list)).toEqual([]);
});

test('only those that are severe enough, not acknowledged, and not notified by the status already', () => {
  const list = [
    alert(4, 'info'),
    alert(3, 'critical', { key: 'kill' }),
    alert(2, 'warning'),
    alert(1, 'critical', { acknowledgedUs: 9 }),
  ];
  expect(titles(0, list)).toEqual(['alert 2']);
  expect(titles(0, list, 'critical')).toEqual([]);
  expect(titles(0, list, 'info')).toEqual(['alert 2', 'alert 4']);
  expect(titles(0, list, 'none')).toEqual([]);
});
