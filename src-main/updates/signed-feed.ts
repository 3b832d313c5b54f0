/**
 * The feed of updates: which version is the newest, and the size and SHA-512 of each of its packages, signed with Ed25519 by the project's
 * own key, which is pinned in this program. Who serves the feed, or stands on the way to it, can hold it back and nothing else.
 * Pure: bytes in, a feed or the reason against it out.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { compareVersions, VERSION_FORM } from '../../src-engine/lib/version-order.ts';

/** Larger feeds are not read. */
export const MAX_FEED_BYTES = 256 * 1024;
/** Larger packages are not taken, whoever signed them. */
export const MAX_PACKAGE_BYTES = 1_500_000_000;
/** Characters of what a version is about. */
export const MAX_NOTES = 8_000;
/** Before the signed text, so that a signature of this key over something else is none over a feed. */
export const SIGNED_PREFIX = 'parallax-updates-1\n';
/** `appId` of electron-builder.yml: a feed of another program is refused. */
export const APP = 'org.parallax.terminal';

export const PACKAGE_KINDS = ['appimage', 'deb', 'rpm', 'nsis', 'dmg'] as const;
export type PackageKind = (typeof PACKAGE_KINDS)[number];

export const packageFile = z.object({
  system: z.enum(['linux', 'darwin', 'win32']),
  arch: z.enum(['x64', 'arm64']),
  kind: z.enum(PACKAGE_KINDS),
  /** Beside the feed: no path leads out of its folder. */
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,150}$/),
  size: z.number().int().min(1).max(MAX_PACKAGE_BYTES),
  sha512: z.string().regex(/^[\da-f]{128}$/),
});
export type PackageFile = z.infer<typeof packageFile>;

const time = z.iso.datetime();
const feedPayload = z.object({
  app: z.literal(APP),
  format: z.literal(1),
  /** Counts up with each feed that is signed: an older one is recognised by it. */
  serial: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  version: z.string().regex(VERSION_FORM),
  released: time,
  /** From then on the feed no longer holds: one that is held back for ever is noticed. */
  expires: time,
  notes: z.string().max(MAX_NOTES),
  files: z.array(packageFile).max(40),
});
export type Feed = z.infer<typeof feedPayload>;

const envelope = z.object({
  payload: z.string(),
  signatures: z.array(z.object({ key: z.string().max(64), signature: z.base64().max(100) })).max(8),
});

/** What is remembered of the newest feed that held. */
export type SeenFeed = { readonly serial: number; readonly hash: string };

export type ReadFeed =
  | { readonly ok: true; readonly feed: Feed; readonly seen: SeenFeed }
  | { readonly ok: false; readonly reason: string };

/** @param raw the 32 bytes of an Ed25519 public key in base64. @returns undefined for anything else. */
export function publicKeyOf(raw: string): KeyObject | undefined {
  const bytes = Buffer.from(raw, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== raw) return undefined;
  // SubjectPublicKeyInfo of Ed25519, RFC 8410 §4.
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** How a feed names the key that signed it: for people who look, no proof of anything. */
export function keyNameOf(raw: string): string {
  return createHash('sha256').update(Buffer.from(raw, 'base64')).digest('hex').slice(0, 16);
}

/**
 * @param keys pinned public keys; a signature of one of them is enough, so that a key can be replaced.
 * @param seen of the newest feed before, if any. @param nowMs since 1970.
 */
export function readFeed(
  bytes: Uint8Array,
  keys: readonly string[],
  seen: SeenFeed | undefined,
  nowMs: number,
): ReadFeed {
  if (bytes.byteLength > MAX_FEED_BYTES) return bad('is longer than a feed may be');
  const wrapped = envelope.safeParse(jsonOf(Buffer.from(bytes).toString('utf8'))).data;
  if (wrapped === undefined) return bad('is no feed of updates');
  if (!isSigned(wrapped.payload, wrapped.signatures, keys))
    return bad('is not signed by the key of the project, or was altered');
  const feed = feedPayload.safeParse(jsonOf(wrapped.payload)).data;
  if (feed === undefined) return bad('is of a form that this version does not know');
  const hash = createHash('sha256').update(wrapped.payload).digest('hex');
  if (seen !== undefined && feed.serial < seen.serial)
    return bad(`is older than one seen before (number ${feed.serial} after ${seen.serial})`);
  if (seen?.serial === feed.serial && seen.hash !== hash)
    return bad(`differs from one seen before under the same number ${feed.serial}`);
  if (Date.parse(feed.expires) <= nowMs)
    return bad(
      `no longer holds since ${feed.expires}: it was held back, or the clock of this machine is wrong`,
    );
  return { ok: true, feed, seen: { serial: feed.serial, hash } };
}

/** The package for this machine in a version that is newer than the running one; a reason where there is none. */
export function packageIn(
  feed: Feed,
  machine: {
    readonly version: string;
    readonly system: string;
    readonly arch: string;
    readonly kind: PackageKind;
  },
): PackageFile | { readonly none: string } {
  if (compareVersions(feed.version, machine.version) <= 0) return { none: '' };
  const found = feed.files.find(
    ({ system, arch, kind }) => system === machine.system && arch === machine.arch && kind === machine.kind,
  );
  return (
    found ?? {
      none: `Version ${feed.version} has no package of this kind (${machine.kind}, ${machine.system}, ${machine.arch}).`,
    }
  );
}

function isSigned(
  payload: string,
  signatures: readonly { readonly signature: string }[],
  keys: readonly string[],
): boolean {
  const text = Buffer.from(SIGNED_PREFIX + payload, 'utf8');
  const pinned = keys.flatMap((raw) => publicKeyOf(raw) ?? []);
  return signatures.some(({ signature }) =>
    pinned.some((key) => verify(null, text, key, Buffer.from(signature, 'base64'))),
  );
}

const bad = (reason: string): ReadFeed => ({ ok: false, reason });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
