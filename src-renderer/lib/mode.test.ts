import { expect, test } from 'vitest';
import type { RunMode } from '../../src-engine/domain/event.ts';
import { type ModeKey, modeView, windowTitle } from './mode.ts';

const view = (mode: RunMode | null, simulatedMarket: boolean) =>
  modeView({ mode, simulatedMarket, arming: null });

test.each<[RunMode | null, boolean, ModeKey]>([
  [null, false, 'none'],
  ['paper', true, 'simulated'],
  ['paper', false, 'paper'],
  ['ghost', false, 'ghost'],
  ['live', false, 'live'],
  ['live', true, 'simulated'],
  ['ghost', true, 'simulated'],
  ['backtest', true, 'backtest'],
])('%s with simulated prices %s is shown as %s', (mode, simulated, key) => {
  expect(view(mode, simulated).key).toBe(key);
});

test('before the engine’s first word there is no mode', () => {
  expect(modeView(null)).toMatchObject({ key: 'none', words: 'NO MODE' });
});

test('only real money is called LIVE, and simulated prices are always called so', () => {
  const all = [
    view('paper', true),
    view('paper', false),
    view('ghost', false),
    view('backtest', true),
    view('live', true),
    view('ghost', true),
  ];
  for (const { words } of all) expect(words).not.toContain('LIVE');
  for (const mode of ['paper', 'ghost', 'live'] as const) {
    expect(view(mode, true).words).toMatch(/^SIMULATED MARKET/);
  }
  expect(view('live', false).words).toContain('REAL MONEY');
  expect(view('paper', true).words).toBe('SIMULATED MARKET · PAPER');
  expect(view('paper', false).words).toBe('PAPER · live prices, simulated fills');
});

test('the title names the mode, behind a kill and a silent engine', () => {
  const mode = view('paper', true);
  expect(windowTitle(mode, 'answering', false)).toBe('SIMULATED MARKET · PAPER · Parallax');
  expect(windowTitle(mode, 'answering', true)).toBe('KILLED · SIMULATED MARKET · PAPER · Parallax');
  expect(windowTitle(mode, 'silent', true)).toBe(
    'ENGINE NOT ANSWERING · SIMULATED MARKET · PAPER · Parallax',
  );
  expect(windowTitle(modeView(null), 'starting', false)).toBe('Parallax');
  expect(windowTitle(mode, 'answering', true, 'engine.example.org')).toBe(
    'KILLED · SIMULATED MARKET · PAPER at engine.example.org · Parallax',
  );
});
