import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostMode } from '../src-engine/contract/host-messages.ts';
import type { UpdateState } from '../src-engine/contract/update-records.ts';
import { loadSettings } from './desktop-settings.ts';
import { blockedBy, DesktopUpdates, updateRequest } from './desktop-updates.ts';
import { askToStartAgain } from './dialogs.ts';
import { withoutFiles } from './opened-files.ts';
import { recorded, resetElectron } from './testing/electron-double.ts';

const CALM: HostMode = {
  t: 'mode',
  mode: 'live',
  simulatedMarket: false,
  killed: false,
  paused: false,
  haltReason: '',
  arming: 'disarmed',
  jobs: 0,
  feeds: [],
};

beforeEach(() => {
  resetElectron();
  recorded.userData = mkdtempSync(join(tmpdir(), 'parallax-desktop-updates-'));
});
afterEach(() => rmSync(recorded.userData, { recursive: true, force: true }));

it.each([
  [CALM, '', ''],
  [{ ...CALM, arming: null }, '', ''],
  [undefined, '', /does not answer/],
  [{ ...CALM, arming: 'armed' }, '', /armed/],
  [{ ...CALM, arming: 'canary' }, '', /armed/],
  [{ ...CALM, arming: 'armed' }, 'desk.example', /armed/],
  [{ ...CALM, jobs: 1 }, '', /^a job of the lab/],
  [{ ...CALM, jobs: 3 }, '', /^3 jobs of the lab/],
  [{ ...CALM, jobs: null }, '', /not known/],
  [{ ...CALM, jobs: null }, 'desk.example', ''],
] as const)('%j at the engine "%s" speaks against an installation: %s', (mode, engine, reason) => {
  if (reason === '') expect(blockedBy(mode, engine)).toBe('');
  else expect(blockedBy(mode, engine)).toMatch(reason);
});

it('has the way back open once the engine of this machine is known to have ended', () => {
  expect(blockedBy(undefined, '', true)).toBe('');
  expect(blockedBy(undefined, 'desk.example', true)).toMatch(/does not answer/);
  expect(withoutFiles(['--engine', 'desk', '/t/a.tape', 'b.jsonl.gz'])).toEqual(['--engine', 'desk']);
});

it('an engine that cannot start offers the version before, where it is kept, and says why it cannot be had', async () => {
  const done: string[] = [];
  const answers = ['The package was altered.', ''];
  const ways = {
    startAgain: () => void done.push('again'),
    goBack: () => Promise.resolve(answers.shift() ?? ''),
  };
  // The second button.
  recorded.dialogAnswer = 1;
  await askToStartAgain('It stopped.', { ...ways, previous: '0.1.0' });
  expect(recorded.dialogs.map(({ buttons, detail }) => [buttons[1], detail.split('\n')[0]])).toEqual([
    ['Go back to 0.1.0', 'It stopped.'],
    ['Go back to 0.1.0', 'The package was altered.'],
  ]);
  expect([done, recorded.quits, answers]).toEqual([[], 0, []]);
  await askToStartAgain('It stopped.', { ...ways, previous: '' });
  expect([done, recorded.quits]).toEqual([[], 1]);
});

it('shows what changes, and takes nothing where it came in no package', async () => {
  const states: UpdateState[] = [];
  const updates = new DesktopUpdates({
    manifest: { updates: { feed: 'https://releases.example/updates.json', keys: `${'A'.repeat(43)}=` } },
    engine: () => '',
    hold: () => Promise.resolve(true),
    onState: (state) => states.push(state),
    onNewer: () => undefined,
  });
  expect(updates.state).toMatchObject({
    version: '1.2.3-test',
    feed: 'https://releases.example/updates.json',
    step: 'off',
    unable: 'This program did not come in a package.',
    blocked: expect.stringMatching(/does not answer/),
  });
  updates.heard(CALM);
  updates.heard({ ...CALM, feeds: [{ venue: 'kraken', isLive: true }] });
  updates.heard(undefined);
  updates.engineEnded();
  expect(states.map(({ blocked }) => blocked === '')).toEqual([true, false, true]);
  await updates.ask({ t: 'feed', address: '' });
  expect([updates.state.feed, loadSettings().updateFeed]).toEqual(['', '']);
  updates.close();
});

it.each([
  [{ t: 'check' }, true],
  [{ t: 'feed', address: '' }, true],
  [{ t: 'feed' }, false],
  [{ t: 'feed', address: 'x'.repeat(501) }, false],
  [{ t: 'install', path: '/tmp/x' }, false],
  [{ t: 'run' }, false],
])('a window may ask %j: %s', (request, isAllowed) => {
  expect(updateRequest.safeParse(request).success).toBe(isAllowed);
});
