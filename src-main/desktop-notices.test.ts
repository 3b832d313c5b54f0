import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostMode } from '../src-engine/contract/host-messages.ts';
import { MAX_A_MINUTE } from '../src-engine/contract/notices.ts';
import { runApp } from './app-lifecycle.ts';
import { NOTE_ALERT, SET_NOTES } from './channels.ts';
import { DesktopNotices } from './desktop-notices.ts';
import { app, ipcMain, recorded, resetElectron } from './testing/electron-double.ts';
import { until } from '../src-engine/testing/until.ts';

const CALM: HostMode = {
  t: 'mode',
  mode: 'live',
  simulatedMarket: false,
  killed: false,
  paused: false,
  haltReason: '',
  arming: 'armed',
  jobs: 0,
  feeds: [{ venue: 'kraken', isLive: true }],
};
const titles = () => recorded.notifications.map(({ options }) => options.title);

beforeEach(() => resetElectron());

describe('notifications', () => {
  let clicks = 0;
  let silences = 0;
  const open = (prefs = { notes: true, sounds: false }) =>
    new DesktopNotices({ prefs, onClick: () => (clicks += 1), onSilent: () => (silences += 1) });
  beforeEach(() => {
    [clicks, silences] = [0, 0];
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('show what begins, the worst first, once, and bring the window to the front', () => {
    const notices = open();
    notices.heard(CALM);
    expect(titles()).toEqual([]);
    notices.heard({ ...CALM, killed: true, arming: 'disarmed', feeds: [{ venue: 'kraken', isLive: false }] });
    notices.heard({ ...CALM, killed: true, arming: 'disarmed', feeds: [{ venue: 'kraken', isLive: false }] });
    expect(recorded.notifications).toHaveLength(1);
    expect(recorded.notifications[0]).toMatchObject({
      isShown: true,
      options: {
        title: 'Parallax: Killed',
        body: expect.stringContaining('Also: Feed lost, Live trading is disarmed.'),
        silent: true,
        urgency: 'critical',
      },
    });
    recorded.notifications[0]?.events.emit('click');
    expect(clicks).toBe(1);
    notices.close();
  });

  it('a storm is a few messages, and the later one of a kind takes the place of the one before', () => {
    const notices = open();
    notices.heard(CALM);
    for (let k = 0; k < 400; k++) {
      notices.heard({ ...CALM, feeds: [{ venue: 'kraken', isLive: k % 2 === 1 }] });
      vi.advanceTimersByTime(100);
    }
    expect(recorded.notifications.length).toBeGreaterThan(1);
    expect(recorded.notifications.length).toBeLessThanOrEqual(MAX_A_MINUTE);
    expect(recorded.notifications.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
    // What was held back is shown once the minute is over, and counted.
    vi.advanceTimersByTime(120_000);
    expect(titles().join()).toMatch(/Feed lost \(\d\d+ times\)/);
    notices.close();
  });

  it('an engine that no longer answers is notified, and one that sleeps with its machine is not', () => {
    const notices = open();
    notices.heard(CALM);
    notices.power('suspend');
    vi.advanceTimersByTime(3_600_000);
    notices.power('resume');
    // A remote link is made again, and is back in time.
    notices.lost();
    vi.advanceTimersByTime(4_000);
    notices.heard(CALM);
    expect(titles()).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect(titles()).toEqual([]);
    vi.advanceTimersByTime(2_000);
    expect(titles()).toEqual(['Parallax: The engine does not answer']);
    expect(silences).toBe(1);

    notices.heard(CALM);
    notices.power('suspend');
    notices.power('resume');
    notices.lost();
    expect(titles()).toHaveLength(1);
    // One that does not come back after a sleep is notified all the same.
    vi.advanceTimersByTime(7_000);
    expect(titles()).toHaveLength(2);
    notices.close();
  });

  it('are muted, and have the system’s sound where it is wished for', () => {
    const notices = open({ notes: false, sounds: false });
    notices.heard(CALM);
    notices.heard({ ...CALM, killed: true });
    expect(titles()).toEqual([]);
    notices.setPrefs({ notes: true, sounds: true });
    notices.heard(CALM);
    notices.heard({ ...CALM, paused: true, haltReason: 'drawdown' });
    expect(recorded.notifications[0]?.options).toMatchObject({
      title: 'Parallax: Trading halted',
      body: 'drawdown',
      silent: false,
    });
    notices.close();
  });

  it('show an alert that the window passes on, in its turn', () => {
    const notices = open();
    notices.heard(CALM);
    notices.note({ kind: 'alert', title: 'Edge of 12 bps', body: 'USD→BTC→USD' });
    notices.note({ kind: 'alert', title: 'Edge of 14 bps', body: 'USD→ETH→USD' });
    notices.heard({ ...CALM, killed: true });
    vi.advanceTimersByTime(2_500);
    expect(recorded.notifications.map(({ options }) => [options.title, options.urgency])).toEqual([
      ['Parallax: Edge of 12 bps', 'normal'],
      ['Parallax: Killed', 'critical'],
    ]);
    expect(recorded.notifications[1]?.options.body).toContain('Also: Edge of 14 bps.');
    notices.close();
  });

  it('of another engine start again: what stood there before is not news', () => {
    const notices = open();
    notices.heard(CALM);
    notices.forget();
    notices.heard({ ...CALM, killed: true });
    expect(titles()).toEqual([]);
    notices.close();
  });
});

describe('in the desktop', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-notices-'));
    writeFileSync(join(folder, 'index.html'), '<title>Parallax</title>');
    recorded.userData = folder;
    runApp(
      {
        engine: fileURLToPath(new URL('testing/test-engine.ts', import.meta.url)),
        link: '',
        args: [],
        preload: '',
        windowDir: folder,
        resourcesDir: '/resources',
      },
      { firstDelayMs: 20, maxDelayMs: 60, maxRestarts: 3, withinMs: 60_000 },
    );
  });
  afterEach(async () => {
    app.quit();
    await until(() => recorded.quits > 0);
    resetElectron();
    rmSync(folder, { recursive: true });
  });
  const tray = () => recorded.trays[0]?.toolTip ?? '';
  const setNotes = (prefs: unknown, frame = { parent: null, url: 'app://parallax/index.html' }) =>
    ipcMain.emit(SET_NOTES, { sender: recorded.windows[0]?.webContents, senderFrame: frame }, prefs);

  it('a kill and a crash are notified, without a window', async () => {
    await until(() => tray().includes('PAPER'));
    recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
    await until(() => titles().length === 1);
    expect(titles()).toEqual(['Parallax: Killed']);
    recorded.children[0]?.process.kill('SIGKILL');
    await until(() => titles().length === 2);
    expect(titles()[1]).toBe('Parallax: The engine does not answer');
  });

  it('an engine that hangs is notified, and shown in the tray', async () => {
    await until(() => tray().includes('PAPER'));
    recorded.children[0]?.process.kill('SIGSTOP');
    await until(() => tray().includes('engine does not answer'));
    expect(titles()).toEqual(['Parallax: The engine does not answer']);
    recorded.children[0]?.process.kill('SIGCONT');
    await until(() => tray().includes('PAPER'));
  });

  it('an alert comes from our own page alone, and in its form', async () => {
    await until(() => tray().includes('PAPER'));
    const note = (each: unknown, url = 'app://parallax/index.html') =>
      ipcMain.emit(
        NOTE_ALERT,
        { sender: recorded.windows[0]?.webContents, senderFrame: { parent: null, url } },
        each,
      );
    note({ title: 'Edge', body: '12 bps' }, 'https://evil.example/');
    note({ title: '', body: '' });
    note({ title: 'x'.repeat(201), body: '' });
    note({ title: 'Edge', body: '12 bps', icon: 'file:///etc/passwd' });
    expect(titles()).toEqual([]);
    note({ title: 'Edge', body: '12 bps' });
    expect(titles()).toEqual(['Parallax: Edge']);
  });

  it('what the window sets is kept for the next start; what does not fit, or comes from elsewhere, is not', async () => {
    await until(() => tray().includes('PAPER'));
    setNotes({ notes: false, sounds: true }, { parent: null, url: 'https://evil.example/' });
    setNotes({ notes: 'no', sounds: true });
    setNotes({ notes: false });
    expect(() => readFileSync(join(folder, 'desktop.json'))).toThrow('ENOENT');
    setNotes({ notes: false, sounds: true });
    expect(JSON.parse(readFileSync(join(folder, 'desktop.json'), 'utf8'))).toEqual({
      remote: null,
      updateFeed: null,
      notes: false,
      sounds: true,
    });
    recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
    await until(() => tray().endsWith('killed'));
    expect(titles()).toEqual([]);
  });
});
