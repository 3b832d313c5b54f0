import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerAppScheme, serveWindow } from './app-protocol.ts';
import { recorded, resetElectron } from './testing/electron-double.ts';

let folder: string;
beforeAll(() => {
  resetElectron();
  folder = mkdtempSync(join(tmpdir(), 'parallax-protocol-'));
  mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
  mkdirSync(join(folder, 'renderer-secret'));
  writeFileSync(join(folder, 'renderer', 'index.html'), '<title>Parallax</title>');
  writeFileSync(join(folder, 'renderer', 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'renderer', 'notes'), 'no type');
  writeFileSync(join(folder, 'secret.json'), '{}');
  writeFileSync(join(folder, 'renderer-secret', 'secret.json'), '{}');
  serveWindow(join(folder, 'renderer'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function get(url: string): Promise<Response> {
  // Electron hands over the URL as it is; the Request of Node would tidy it first.
  const answer = await recorded.protocolHandlers.get('app')?.({ url } as Request);
  if (answer === undefined) throw new Error('no handler for app://');
  return answer;
}

it('registers the scheme as a standard, secure one', () => {
  registerAppScheme();
  expect(recorded.schemes).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
});

it.each([
  ['app://parallax/', 'text/html; charset=utf-8', '<title>Parallax</title>'],
  ['app://parallax/index.html?x=1#y', 'text/html; charset=utf-8', '<title>Parallax</title>'],
  ['app://parallax/assets/main.js', 'text/javascript; charset=utf-8', 'export {};'],
])('serves %s under the strict policy', async (url, type, body) => {
  const answer = await get(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(await answer.text()).toBe(body);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
});

it.each([
  'app://parallax/../secret.json',
  'app://parallax/%2e%2e/secret.json',
  'app://parallax/..%2fsecret.json',
  'app://parallax/assets/..%2f..%2fsecret.json',
  'app://parallax/..%2frenderer-secret/secret.json',
  'app://parallax/..%5csecret.json',
  'app://parallax/%00.html',
  'app://parallax/%zz.html',
  'app://parallax/missing.html',
  'app://parallax/notes',
  'app://parallax/assets',
  'app://elsewhere/index.html',
  'file:///etc/passwd',
])('serves nothing for %s', async (url) => {
  expect((await get(url)).status).toBe(404);
});
