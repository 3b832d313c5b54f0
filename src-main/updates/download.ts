/** Bytes from a server that is not trusted: no more of them than were announced, and not for ever. */
import { createHash } from 'node:crypto';
import { open, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isLoopback } from '../../src-engine/contract/engine-address.ts';
import { serverUrl } from '../../src-engine/lib/server-address.ts';

/** A connection that brings nothing for so long is given up. */
const STALL_MS = 60_000;
const FEED_MS = 20_000;

/** Redirects of one question: mirrors and stores of releases have one or two. */
const MAX_HOPS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** One question and its answer: a redirect is an answer with its `location`, and is not followed. */
export type Fetch = (
  url: string,
  init: { readonly signal: AbortSignal; readonly redirect: 'manual' },
) => Promise<Response>;

/** What a person can do something about; its message is a sentence without the subject. */
export class DownloadError extends Error {}

/** The address of a feed: HTTPS, or this machine itself. It names a file, beside which the packages lie. */
export function feedAddress(text: string): URL | undefined {
  const url = safeUrl(text.trim());
  if (url === undefined || url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  return url.pathname.endsWith('/') ? undefined : url;
}

function safeUrl(text: string): URL | undefined {
  const url = serverUrl(text, ['https:', 'http:']);
  return url?.protocol === 'https:' || (url !== undefined && isLoopback(url.hostname)) ? url : undefined;
}

/** @param stop ends it. @throws DownloadError for anything but an answer of at most `limit` bytes. */
export async function readSmall(
  fetch: Fetch,
  url: string,
  limit: number,
  stop: AbortSignal,
): Promise<Uint8Array> {
  const body = await bodyOf(fetch, url, AbortSignal.any([stop, AbortSignal.timeout(FEED_MS)]));
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of body) {
      length += part.byteLength;
      if (length > limit) break;
      parts.push(part);
    }
  } catch {
    throw new DownloadError('broke off');
  }
  // Leaving the loop ends the connection.
  if (length > limit) throw new DownloadError('is longer than a feed may be');
  return Buffer.concat(parts);
}

export type Wanted = { readonly size: number; readonly sha512: string };

/**
 * Writes a package to `path` where it is exactly the file that was signed; else nothing is left there.
 * @param stop ends it. @param onBytes how many are here. @throws DownloadError
 */
export async function fetchPackage(
  fetch: Fetch,
  url: string,
  path: string,
  { size, sha512 }: Wanted,
  {
    stop,
    onBytes,
    stallMs = STALL_MS,
  }: {
    readonly stop: AbortSignal;
    readonly onBytes: (count: number) => void;
    readonly stallMs?: number | undefined;
  },
): Promise<void> {
  await checkSpace(path, size);
  const stall = new AbortController();
  const signal = AbortSignal.any([stop, stall.signal]);
  const file = await open(path, 'w', 0o600);
  let timer = setTimeout(() => stall.abort(), stallMs);
  const hash = createHash('sha512');
  let length = 0;
  try {
    const body = await bodyOf(fetch, url, signal);
    for await (const part of body) {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), stallMs);
      length += part.byteLength;
      if (length > size) throw new DownloadError('is longer than what was signed');
      hash.update(part);
      await file.writeFile(part);
      onBytes(length);
    }
    if (length < size) throw new DownloadError(`broke off after ${length} of ${size} bytes`);
    if (hash.digest('hex') !== sha512) throw new DownloadError('is not the file that was signed');
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    if (error instanceof DownloadError && !signal.aborted) throw error;
    throw new DownloadError(failureOf(error, stop, stall.signal, length, size));
  } finally {
    clearTimeout(timer);
  }
}

function failureOf(
  error: unknown,
  stop: AbortSignal,
  stall: AbortSignal,
  length: number,
  size: number,
): string {
  if (stop.aborted) return 'was canceled';
  if (stall.aborted) return `stood still after ${length} of ${size} bytes`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'does not fit on this disk';
  return `broke off after ${length} of ${size} bytes`;
}

/** Half a package more than it needs: its installation makes a copy. */
async function checkSpace(path: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < size * 2.5)
    throw new DownloadError(
      `needs ${Math.ceil((size * 2.5) / 1e6)} MB on the disk of ${dirname(path)}, which has less`,
    );
}

/** Each address on the way is asked over TLS, or on this machine where the first one is there: what is asked for is seen by no one between. */
async function bodyOf(fetch: Fetch, url: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  let at = url;
  for (let hops = 0; hops <= MAX_HOPS; hops++) {
    const response = await answerOf(fetch, at, signal);
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location === null && response.ok && response.body !== null) return response.body;
    await response.body?.cancel();
    if (location === null) throw new DownloadError(`was answered with ${response.status}`);
    const next = safeUrl(URL.parse(location, at)?.href ?? '');
    if (next === undefined || (at.startsWith('https:') && next.protocol !== 'https:'))
      throw new DownloadError('leads to an address without TLS');
    at = next.href;
  }
  throw new DownloadError(`redirects more than ${MAX_HOPS} times`);
}

async function answerOf(fetch: Fetch, url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal, redirect: 'manual' });
  } catch {
    // What the platform says may hold names of proxies and files.
    throw new DownloadError('cannot be reached');
  }
}
