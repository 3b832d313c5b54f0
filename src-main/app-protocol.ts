/** `app://parallax/…`: the window's files, from the application's folder and nowhere else. */
import { protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { windowHeaders } from '../src-engine/contract/window-policy.ts';

const SCHEME = 'app';
const HOST = 'parallax';
export const WINDOW_URL = `${SCHEME}://${HOST}/index.html`;
/** The empty page of a window that panels are popped out to. */
export const POPOUT_URL = `${SCHEME}://${HOST}/popout.html`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Before the app is ready: a standard, secure scheme has an origin of its own, as https has. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** After the app is ready. @param root folder of the built window. */
export function serveWindow(root: string): void {
  protocol.handle(SCHEME, (request) => answer(root, request.url));
}

async function answer(root: string, url: string): Promise<Response> {
  const path = fileOf(root, url);
  const type = path === undefined ? undefined : TYPES[extname(path)];
  if (path === undefined || type === undefined) return notFound();
  try {
    const body = await readFile(path);
    return new Response(new Uint8Array(body), { headers: { ...windowHeaders([]), 'content-type': type } });
  } catch {
    return notFound();
  }
}

function notFound(): Response {
  return new Response('not found', { status: 404, headers: windowHeaders([]) });
}

/** The file that a URL names, or undefined when it is not ours or leads outside of the folder. */
function fileOf(root: string, url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || !isOwnUrl(url)) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const file = normalize(join(root, path === '/' ? 'index.html' : path));
  return file.startsWith(normalize(root) + sep) ? file : undefined;
}

/** True for the window's own pages. */
export function isOwnUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === `${SCHEME}:` && parsed.host === HOST;
}
