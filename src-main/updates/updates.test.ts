import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  makeFeed,
  makeKey,
  packagesIn,
  rawPublicKey,
  shortened,
  signedFeed,
} from '../../scripts/release/feed.ts';
import type { UpdateState } from '../../src-engine/contract/update-records.ts';
import { feedAddress } from './download.ts';
import { commandFor } from './install.ts';
import type { Feed, PackageKind } from './signed-feed.ts';
import { Updates } from './updates.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519').privateKey;
const KEYS = [rawPublicKey(privateKey)];
const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
let nowMs = NOW_MS;
const NAME = 'Parallax-0.2.0-linux-x64.AppImage';
const PACKAGE = Buffer.from('#!/bin/sh\necho the next version\n'.repeat(200));

const root = mkdtempSync(join(tmpdir(), 'parallax-updates-'));
let server: Server;
let base = '';
/** What the server says, by path. */
const answers = new Map<string, (response: ServerResponse) => void>();
let folder = '';
let appImage = '';
let blocked = '';
let done: string[] = [];
let states: UpdateState[] = [];
let newer: string[] = [];
let onLook = (): void => undefined;
let beforeEnd: (program: string) => void = () => undefined;
let kept = '';
let agrees = true;
let holds: boolean[] = [];
let count = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '');
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  answers.clear();
  [folder, appImage] = [join(root, `${++count}`, 'updates'), join(root, `${count}`, 'Parallax.AppImage')];
  mkdirSync(join(root, `${count}`));
  writeFileSync(appImage, 'the version that runs');
  [blocked, done, states, newer, kept] = ['', [], [], [], ''];
  [agrees, holds, nowMs] = [true, [], NOW_MS];
  [onLook, beforeEnd] = [() => undefined, () => undefined];
  serve(NAME, PACKAGE);
});

const serve = (name: string, bytes: string | Uint8Array): void => {
  answers.set(`/${name}`, (response) => response.end(bytes));
};

function feed(changed: Partial<Feed> = {}): Feed {
  return {
    app: 'org.parallax.terminal',
    format: 1,
    serial: 7,
    version: '0.2.0',
    released: '2026-02-28T00:00:00Z',
    expires: '2026-04-30T00:00:00Z',
    notes: 'Faster.',
    files: [
      {
        system: 'linux',
        arch: 'x64',
        kind: 'appimage',
        name: NAME,
        size: PACKAGE.length,
        sha512: createHash('sha512').update(PACKAGE).digest('hex'),
      },
    ],
    ...changed,
  };
}

type Made = { version?: string; kind?: PackageKind | undefined; keys?: readonly string[]; stallMs?: number };
function made({ version = '0.1.0', keys = KEYS, stallMs = 30_000, ...rest }: Made = {}): Updates {
  return new Updates(
    {
      version,
      system: 'linux',
      arch: 'x64',
      kind: 'kind' in rest ? rest.kind : 'appimage',
      keys,
      folder,
      fetch,
      stallMs,
      nowMs: () => nowMs,
      host: {
        appImage,
        relaunch: (program) => done.push(`relaunch ${program}`),
        runAfterQuit: (program, _, isStill) => {
          beforeEnd(program);
          done.push(`${isStill() ? 'run' : 'left'} ${program}`);
          return () => done.push('taken back');
        },
        open: (path) => Promise.resolve(void done.push(`open ${path}`)),
        show: (path) => done.push(`show ${path}`),
      },
      blocked: () => {
        onLook();
        return blocked;
      },
      hold: (isOn) => {
        holds.push(isOn);
        return Promise.resolve(agrees);
      },
      onState: (state) => states.push(state),
      onNewer: (found) => newer.push(found),
      onFeed: (address) => (kept = address),
    },
    `${base}/updates.json`,
  );
}

/** A look at the feed, with what it found. */
async function looked(updates = made()): Promise<UpdateState> {
  await updates.ask({ t: 'check' });
  return updates.state;
}

describe('a feed', () => {
  it('that is signed offers its version, and nothing is taken unasked', async () => {
    serve('updates.json', signedFeed(feed(), privateKey));
    const updates = made();
    expect(await looked(updates)).toMatchObject({
      step: 'idle',
      offered: { version: '0.2.0', notes: 'Faster.' },
      staged: '',
      problem: '',
      checkedAtMs: NOW_MS,
    });
    await updates.ask({ t: 'check' });
    expect(readdirSync(folder)).toEqual(['shelf.json']);
    expect(states.map(({ step }) => step)).toEqual(['checking', 'idle', 'checking', 'idle']);
    // The trader is notified once for a version, also across a restart.
    await looked();
    expect(newer).toEqual(['0.2.0']);
  });

  const text = signedFeed(feed(), privateKey);
  it.each([
    ['tampered', text.replace('0.2.0', '0.3.0'), /not signed by the key of the project, or was altered/],
    ['signed by another key', signedFeed(feed(), stranger), /not signed/],
    ['without signatures', JSON.stringify({ payload: JSON.stringify(feed()), signatures: [] }), /not signed/],
    [
      'of another program',
      signedFeed({ ...feed(), app: 'org.other' as 'org.parallax.terminal' }, privateKey),
      /form/,
    ],
    ['of a later form', signedFeed({ ...feed(), format: 2 as 1 }, privateKey), /form/],
    ['cut off', text.slice(0, 200), /is no feed/],
    ['a page of a proxy', '<html>log in</html>', /is no feed/],
    ['empty', '', /is no feed/],
    ['huge', ' '.repeat(300_000), /longer than a feed may be/],
    [
      'that no longer holds',
      signedFeed(feed({ expires: '2026-03-01T12:00:00Z' }), privateKey),
      /no longer holds/,
    ],
    [
      'with a path for a name',
      signedFeed(feed({ files: [{ ...(feed().files[0] as Feed['files'][0]), name: '../x' }] }), privateKey),
      /form/,
    ],
    [
      'of a package without end',
      signedFeed(feed({ files: [{ ...(feed().files[0] as Feed['files'][0]), size: 2e9 }] }), privateKey),
      /form/,
    ],
  ])('%s is refused, and nothing of it is used', async (_, bytes, reason) => {
    serve('updates.json', bytes);
    const state = await looked();
    expect(state.problem).toMatch(reason);
    expect(state).toMatchObject({ offered: null, checkedAtMs: null, step: 'idle' });
  });

  it('that is older than one seen before is refused, also after a restart, and so is another under its number', async () => {
    serve('updates.json', signedFeed(feed(), privateKey));
    await looked();
    serve('updates.json', signedFeed(feed({ serial: 6, version: '0.3.0' }), privateKey));
    expect((await looked()).problem).toMatch(/older than one seen before \(number 6 after 7\)/);
    serve('updates.json', signedFeed(feed({ version: '0.3.0' }), privateKey));
    expect((await looked()).problem).toMatch(/differs from one seen before under the same number 7/);
    serve('updates.json', signedFeed(feed({ serial: 8, version: '0.3.0' }), privateKey));
    const updates = made();
    expect(await looked(updates)).toMatchObject({ problem: '', offered: { version: '0.3.0' } });
    // Nor at another address: it is the same key's.
    serve('mirror.json', signedFeed(feed(), privateKey));
    await updates.ask({ t: 'feed', address: `${base}/mirror.json` });
    expect((await looked(updates)).problem).toMatch(/number 7 after 8/);
    updates.close();
  });

  it('may be behind redirects, each of them as safe as the first', async () => {
    const to = (location: string) => (response: ServerResponse) =>
      void response.writeHead(302, { location }).end();
    serve('there.json', signedFeed(feed(), privateKey));
    answers.set('/updates.json', to('/on'));
    answers.set('/on', to(`${base}/there.json`));
    expect((await looked()).offered?.version).toBe('0.2.0');
    answers.set('/on', to('http://releases.example/there.json'));
    expect((await looked()).problem).toBe('The feed leads to an address without TLS.');
    answers.set('/on', to('/updates.json'));
    expect((await looked()).problem).toMatch(/redirects more than 5 times/);
  });

  it('that is given up for another address leaves no problem of its own', async () => {
    const updates = made();
    const held = new Promise<void>((resolve) => answers.set('/updates.json', () => resolve()));
    const looking = looked(updates);
    await held;
    await updates.ask({ t: 'feed', address: `${base}/other.json` });
    expect((await looking).problem).toBe('');
    updates.close();
  });

  it.each(['0.2.0', '0.2.1', '1.0.0'])('offers version %s nothing older than itself', async (version) => {
    serve('updates.json', signedFeed(feed(), privateKey));
    expect(await looked(made({ version }))).toMatchObject({
      offered: null,
      problem: '',
      checkedAtMs: NOW_MS,
    });
  });

  it('without a package for this machine says so', async () => {
    serve('updates.json', signedFeed(feed(), privateKey));
    expect((await looked(made({ kind: 'rpm' }))).problem).toMatch(
      /0\.2\.0 has no package of this kind \(rpm, linux, x64\)/,
    );
  });

  it('that does not answer, or answers with an error, is named', async () => {
    expect((await looked()).problem).toBe('The feed was answered with 404.');
    answers.set('/updates.json', (response) => response.destroy());
    expect((await looked()).problem).toMatch(/^The feed (?:cannot be reached|broke off)\.$/);
  });

  it('may be reached over TLS, or on this machine; none is off', async () => {
    const updates = made();
    for (const bad of [
      'http://releases.example/u.json',
      'https://releases.example/',
      'https://u:p@r.example/x',
      'ftp://r/x',
      'x',
    ])
      expect(feedAddress(bad)).toBeUndefined();
    await updates.ask({ t: 'feed', address: 'http://releases.example/u.json' });
    expect(updates.state).toMatchObject({
      feed: `${base}/updates.json`,
      problem: expect.stringMatching(/none of a feed/),
    });
    await updates.ask({ t: 'feed', address: ' https://releases.example/updates.json ' });
    expect([updates.state.feed, kept]).toEqual(Array(2).fill('https://releases.example/updates.json'));
    await updates.ask({ t: 'feed', address: '' });
    expect([updates.state.step, kept]).toEqual(['off', '']);
    updates.close();
  });
});

describe('a package', () => {
  beforeEach(() => serve('updates.json', signedFeed(feed(), privateKey)));

  async function downloaded(updates = made()): Promise<UpdateState> {
    await updates.ask({ t: 'check' });
    await updates.ask({ t: 'download' });
    return updates.state;
  }
  const folders = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('Parallax'));

  it('is staged once it is the file that was signed, installed when asked, and there is a way back', async () => {
    const updates = made();
    expect(await downloaded(updates)).toMatchObject({
      staged: '0.2.0',
      received: PACKAGE.length,
      problem: '',
      previous: '',
    });
    expect(readFileSync(appImage, 'utf8')).toBe('the version that runs');
    await updates.ask({ t: 'install' });
    expect(updates.state.problem).toBe('');
    expect(readFileSync(appImage)).toEqual(PACKAGE);
    // A second click begins nothing while this program ends.
    await updates.ask({ t: 'install' });
    expect([updates.state.step, holds]).toEqual(['installing', [true]]);
    const after = made({ version: '0.2.0' });
    expect(after.state).toMatchObject({ staged: '', previous: '0.1.0' });
    await after.ask({ t: 'back' });
    expect(readFileSync(appImage, 'utf8')).toBe('the version that runs');
    expect(done).toEqual(Array(2).fill(`relaunch ${appImage}`));
    expect(made().state).toMatchObject({ staged: '0.2.0', previous: '' });
  });

  it.each([
    ['other bytes of the same length', PACKAGE.map((byte) => byte ^ 1), /is not the file that was signed/],
    ['a longer one', Buffer.concat([PACKAGE, PACKAGE]), /is longer than what was signed/],
    ['a shorter one', PACKAGE.subarray(0, 100), new RegExp(`broke off after 100 of ${PACKAGE.length} bytes`)],
  ])('that is not what was signed is not kept: %s', async (_, bytes, reason) => {
    serve(NAME, bytes);
    const state = await downloaded();
    expect(state.problem).toMatch(reason);
    expect([state.staged, folders()]).toEqual(['', []]);
  });

  it('that never ends, is cut off, stands still or is canceled is not kept', async () => {
    answers.set(`/${NAME}`, (response) => {
      const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536), more));
      more();
    });
    expect((await downloaded()).problem).toMatch(/longer than what was signed/);
    answers.set(`/${NAME}`, (response) => {
      response.writeHead(200, { 'content-length': PACKAGE.length });
      response.write(PACKAGE.subarray(0, 50), () => response.destroy());
    });
    expect((await downloaded()).problem).toMatch(/broke off after \d+ of/);
    answers.set(`/${NAME}`, (response) => void response.write(PACKAGE.subarray(0, 50)));
    expect((await downloaded(made({ stallMs: 20 }))).problem).toMatch(/stood still after \d+ of/);
    const updates = made();
    answers.set(
      `/${NAME}`,
      (response) => void response.write(PACKAGE.subarray(0, 50), () => void updates.ask({ t: 'cancel' })),
    );
    // What the trader ended is no fault.
    expect(await downloaded(updates)).toMatchObject({ problem: '', received: 0, staged: '' });
    expect(folders()).toEqual([]);
  });

  it('is not installed while something speaks against it, nor where that begins as it is read', async () => {
    const updates = made();
    await downloaded(updates);
    blocked = 'trading is armed';
    await updates.ask({ t: 'install' });
    expect(updates.state).toMatchObject({
      problem: 'Nothing is installed now: trading is armed.',
      blocked,
      staged: '0.2.0',
    });
    blocked = '';
    const before = readFileSync(appImage);
    const asked = updates.ask({ t: 'install' });
    // The package is being read.
    blocked = '2 jobs of the lab run';
    await asked;
    expect(updates.state.problem).toBe('Nothing is installed now: 2 jobs of the lab run.');
    expect(readFileSync(appImage)).toEqual(before);
    expect(done).toEqual([]);
  });

  it('does not take the place of the old one where trading was armed while it was copied', async () => {
    const updates = made();
    await downloaded(updates);
    const before = readFileSync(appImage);
    const beside = (): string[] => readdirSync(join(appImage, '..')).toSorted();
    const drafts = beside();
    // As soon as the copy is there.
    onLook = () => {
      if (beside().length > drafts.length) blocked = 'trading is armed';
    };
    await updates.ask({ t: 'install' });
    expect(updates.state.problem).toBe('Nothing is installed now: trading is armed.');
    expect([readFileSync(appImage), beside(), done, holds]).toEqual([before, drafts, [], [true, false]]);
  });

  it.each([
    ['without a feed', undefined],
    ['with a feed of another key', signedFeed(feed({ version: '9.9.9' }), stranger)],
    ['with the signed feed of another version', signedFeed(feed(), privateKey)],
    ['with a signed feed that names another file', signedFeed(feed({ version: '9.9.9' }), privateKey)],
  ])('that another program put there is removed, and not installed: %s', async (_, signed) => {
    const bytes = Buffer.from('of another program');
    const sha512 = createHash('sha512').update(bytes).digest('hex');
    const row = { version: '9.9.9', kind: 'nsis', name: 'x.exe', size: bytes.length, sha512 };
    mkdirSync(join(folder, '9.9.9'), { recursive: true });
    writeFileSync(join(folder, '9.9.9', 'x.exe'), bytes);
    if (signed !== undefined) writeFileSync(join(folder, '9.9.9', 'feed.json'), signed);
    writeFileSync(join(folder, 'shelf.json'), JSON.stringify({ seen: {}, packages: [row] }));
    const updates = made({ kind: 'nsis' });
    await updates.ask({ t: 'install' });
    expect(states.map(({ staged }) => staged).join('')).toBe('');
    expect(updates.state.problem).toMatch(/no package of that version/);
    expect([done, existsSync(join(folder, '9.9.9'))]).toEqual([[], false]);
  });

  it('whose feed another program replaced while this one ran is removed, and not installed', async () => {
    const updates = made();
    await downloaded(updates);
    writeFileSync(join(folder, '0.2.0', 'feed.json'), signedFeed(feed(), stranger));
    await updates.ask({ t: 'install' });
    expect(updates.state).toMatchObject({
      staged: '',
      problem: expect.stringMatching(/that the project signed/),
    });
  });

  it('that a later feed withdraws, or names with other bytes, can no longer be installed', async () => {
    const [file] = feed().files as [Feed['files'][0]];
    const later = [
      { serial: 8, version: '0.1.0', files: [] },
      { serial: 10, files: [{ ...file, sha512: 'a'.repeat(128) }] },
      // It was skipped: one that was not installed by then is not offered beside a newer one.
      { serial: 12, version: '0.3.0', files: [file] },
    ];
    for (const [at, next] of later.entries()) {
      const updates = made();
      serve('updates.json', signedFeed(feed({ serial: 7 + 2 * at }), privateKey));
      expect((await downloaded(updates)).staged).toBe('0.2.0');
      serve('updates.json', signedFeed(feed(next), privateKey));
      expect((await looked(updates)).staged).toBe('');
      expect(folders()).toEqual([]);
    }
  });

  it('is not started where it was altered as this program ended', async () => {
    const [file] = feed().files;
    const files = [{ ...(file as Feed['files'][0]), kind: 'nsis' as const }];
    serve('updates.json', signedFeed(feed({ files }), privateKey));
    const updates = made({ kind: 'nsis' });
    await downloaded(updates);
    beforeEnd = (program) =>
      writeFileSync(
        program,
        PACKAGE.map((byte) => byte ^ 1),
      );
    await updates.ask({ t: 'install' });
    expect(done).toEqual([`left ${join(folder, '0.2.0', NAME)}`]);
    // The end of this program failed: the installer is taken back, and can be asked for again.
    updates.stayed();
    expect([done[1], updates.state.step, holds]).toEqual(['taken back', 'idle', [true, false]]);
    expect(updates.state.problem).toMatch(/could not be ended/);
    updates.stayed();
    expect(done).toHaveLength(2);
  });

  it('whose feed no longer holds is installed once a newer one names it, and not before', async () => {
    const updates = made();
    await downloaded(updates);
    nowMs = Date.parse('2026-05-01T00:00:00Z');
    await updates.ask({ t: 'install' });
    expect(updates.state).toMatchObject({
      staged: '0.2.0',
      problem: expect.stringMatching(/no longer holds/),
    });
    serve('updates.json', signedFeed(feed({ serial: 8, expires: '2026-06-30T00:00:00Z' }), privateKey));
    await looked(updates);
    await updates.ask({ t: 'install' });
    expect([updates.state.problem, done]).toEqual(['', [`relaunch ${appImage}`]]);
  });

  it('is not installed where the engine does not agree to begin nothing meanwhile', async () => {
    const updates = made();
    await downloaded(updates);
    agrees = false;
    await updates.ask({ t: 'install' });
    expect(updates.state.problem).toMatch(/did not confirm that it will not arm/);
    // An engine that reads the order too late is let go by the next one.
    expect(holds).toEqual([true, false]);
    expect([done, updates.state.step, readFileSync(appImage, 'utf8')]).toEqual([
      [],
      'idle',
      'the version that runs',
    ]);
  });

  it('that was altered after it was verified is removed, and one that cannot be put in its place changes nothing', async () => {
    const updates = made();
    await downloaded(updates);
    writeFileSync(
      join(folder, '0.2.0', NAME),
      PACKAGE.map((byte) => byte ^ 1),
    );
    await updates.ask({ t: 'install' });
    expect(updates.state).toMatchObject({
      staged: '',
      problem: expect.stringMatching(/altered since it was verified/),
    });
    await downloaded(updates);
    rmSync(appImage);
    await updates.ask({ t: 'install' });
    expect(updates.state.problem).toMatch(/moved|failed/);
    expect(done).toEqual([]);
    expect(readdirSync(join(appImage, '..')).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('goes to the system’s own installer where that owns the program', async () => {
    const [file] = feed().files;
    const kinds = ['deb', 'rpm', 'dmg', 'nsis'] as const;
    const files = kinds.map((kind) => ({ ...(file as Feed['files'][0]), kind }));
    serve('updates.json', signedFeed(feed({ files }), privateKey));
    for (const kind of kinds) {
      const updates = made({ kind });
      await downloaded(updates);
      expect(updates.state).toMatchObject({ command: null, isBySystem: kind === 'deb' || kind === 'rpm' });
      await updates.ask({ t: 'install' });
      const line = commandFor(kind, join(folder, '0.2.0', NAME), feed().files[0]?.sha512 ?? '');
      expect(updates.state.command).toEqual(line === '' ? null : { version: '0.2.0', line });
      blocked = 'trading is armed';
      expect(updates.state.command).toBeNull();
      blocked = '';
    }
    expect(done.map((line) => line.split(' ')[0])).toEqual(['show', 'show', 'open', 'run']);
  });

  it('is the last of three that are kept; what is half or unknown there goes', async () => {
    await downloaded();
    mkdirSync(join(folder, '0.0.9'));
    writeFileSync(join(folder, '0.2.0', 'x.part'), 'half');
    writeFileSync(join(folder, 'shelf.json'), '{"packages":[{"version":"../../x"}],"seen":{}}');
    const updates = made();
    await downloaded(updates);
    expect(readdirSync(folder).sort()).toEqual(['0.2.0', 'shelf.json']);
    expect(readdirSync(join(folder, '0.2.0')).toSorted()).toEqual([NAME, 'feed.json'].toSorted());
  });
});

describe('a program', () => {
  it('without a pinned key, or of no package, takes nothing', async () => {
    serve('updates.json', signedFeed(feed(), privateKey));
    for (const updates of [made({ keys: [] }), made({ kind: undefined })]) {
      await updates.ask({ t: 'check' });
      expect(updates.state).toMatchObject({
        step: 'off',
        offered: null,
        unable: expect.stringMatching(/\.$/),
      });
    }
  });
});

it('a release lists its packages by their names, and signs what a program takes', async () => {
  const dist = join(root, 'dist');
  mkdirSync(dist);
  for (const name of [
    NAME,
    'Parallax-0.2.0-linux-arm64.deb',
    'Parallax-0.2.0-win-x64.exe',
    'Parallax-0.2.0-mac-arm64.dmg',
    'Parallax-0.1.0-linux-x64.deb',
    'builder.yml',
  ])
    writeFileSync(join(dist, name), PACKAGE);
  const files = packagesIn(dist, '0.2.0');
  expect(files.map(({ system, arch, kind }) => `${system} ${arch} ${kind}`)).toEqual([
    'linux arm64 deb',
    'linux x64 appimage',
    'darwin arm64 dmg',
    'win32 x64 nsis',
  ]);
  serve('updates.json', signedFeed(feed({ files }), privateKey));
  expect((await looked()).offered?.version).toBe('0.2.0');
  expect(() => packagesIn(dist, '9.9.9')).toThrow(/no package of version 9\.9\.9/);
  const key = join(root, 'key.pem');
  const keys = [makeKey(key)];
  expect(() => makeKey(key)).toThrow(/never written over/);
  const notes = `- A line.\n`.repeat(2_000);
  const line = makeFeed({ key, serial: 9, days: 60, version: '0.2.0', notes, from: dist });
  expect(line).toMatch(/updates\.json: version 0\.2\.0, number 9, 4 packages, until /);
  serve('updates.json', readFileSync(join(dist, 'updates.json')));
  expect((await looked(made({ keys }))).offered?.notes).toBe(shortened(notes));
  expect(shortened(notes)).toMatch(/- A line\.\n… CHANGELOG\.md has the rest\.$/);
});
