// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type UpdateRequest,
  type UpdateState,
  UPDATES_OFF,
} from '../../../src-engine/contract/update-records.ts';
import { type DesktopHost, useHost } from '../../engine/host.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { UpdatesSection } from './updates-section.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let root: Root;
let box: HTMLElement;
let asked: UpdateRequest[] = [];

beforeEach(() => {
  asked = [];
  box = document.body.appendChild(document.createElement('div'));
  root = createRoot(box);
});
afterEach(() => {
  act(() => root.unmount());
  useHost.setState({ desktop: null, updates: UPDATES_OFF });
});

function shown(changed: Partial<UpdateState>): string {
  const desktop = { askUpdates: (request: UpdateRequest) => asked.push(request) } as unknown as DesktopHost;
  act(() => {
    useHost.setState({ desktop, updates: { ...UPDATES_OFF, version: '0.1.0', ...changed } });
    root.render(<UpdatesSection />);
  });
  return box.textContent;
}

function button(name: string): HTMLButtonElement {
  const found = [...box.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (found === undefined) throw new Error(`no button ${name} in: ${box.textContent}`);
  return found;
}

const OFFERED = { version: '0.2.0', released: '2026-02-28T00:00:00Z', notes: 'Faster.' };

it('a browser has no updates of its own', () => {
  act(() => root.render(<UpdatesSection />));
  expect(box.textContent).toContain('by its package');
  expect(box.querySelector('button')).toBeNull();
});

it('without a feed it is off and looks nowhere', () => {
  expect(shown({})).toContain('Off');
  expect(button('Check for updates').disabled).toBe(true);
});

it('a newer version is offered with its notes, and taken when it is asked for', () => {
  expect(
    shown({ feed: 'https://r.example/u.json', step: 'idle', offered: OFFERED, size: 150_000_000 }),
  ).toContain('Version 0.2.0 of 2026-02-28 is available.');
  act(() => button('Download 150.0 MB').click());
  shown({
    feed: 'https://r.example/u.json',
    step: 'downloading',
    offered: OFFERED,
    size: 150_000_000,
    received: 5e6,
  });
  act(() => button('Cancel').click());
  expect(asked).toEqual([{ t: 'download' }, { t: 'cancel' }]);
});

it('what is verified is installed only while nothing speaks against it', () => {
  const ready = {
    feed: 'https://r.example/u.json',
    step: 'idle',
    staged: '0.2.0',
    offered: OFFERED,
  } as const;
  expect(shown({ ...ready, blocked: 'live trading is armed: disarm it first' })).toContain(
    'Not now: live trading is armed',
  );
  expect(button('Install 0.2.0 and start again').disabled).toBe(true);
  shown({ ...ready, previous: '0.0.9' });
  act(() => button('Install 0.2.0 and start again').click());
  act(() => button('Go back to 0.0.9').click());
  expect(asked).toEqual([{ t: 'install' }, { t: 'back' }]);
});

it('after a check without a newer version it is said that there is none, and when that was', () => {
  usePrefs.setState({ zone: 'utc' });
  const checked = { feed: 'f', step: 'idle', checkedAtMs: Date.UTC(2026, 1, 28, 7, 30) } as const;
  expect(shown(checked)).toContain('No newer version. Last checked at 2026-02-28 07:30 UTC.');
  expect(shown({ ...checked, offered: OFFERED })).not.toContain('No newer version');
  expect(shown({ ...checked, problem: 'The feed cannot be reached.' })).not.toContain('No newer version');
});

it('a package of the system shows the command that installs it', () => {
  const deb = { feed: 'f', step: 'idle', staged: '0.2.0', previous: '0.0.9', isBySystem: true } as const;
  expect(shown(deb)).not.toContain('sudo');
  act(() => button('Show the command that installs 0.2.0').click());
  act(() => button('Show the command that goes back to 0.0.9').click());
  expect(asked).toEqual([{ t: 'install' }, { t: 'back' }]);
  const text = shown({ ...deb, command: { version: '0.0.9', line: "sudo apt install '/x.deb'" } });
  expect(text).toContain('The package of version 0.0.9 is verified.');
  expect(text).toContain("sudo apt install '/x.deb'");
});

it('says why nothing is installed now, also where one can only go back', () => {
  expect(shown({ previous: '0.0.9', blocked: 'live trading is armed: disarm it first' })).toContain(
    'Not now: live trading is armed',
  );
  expect(button('Go back to 0.0.9').disabled).toBe(true);
});
