/** The signed feed of a release, and the key that signs it (docs/releasing.md). */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  APP,
  type Feed,
  keyNameOf,
  MAX_NOTES,
  type PackageFile,
  type PackageKind,
  readFeed,
  SIGNED_PREFIX,
} from '../../src-main/updates/signed-feed.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** `Parallax-1.2.3-linux-x64.deb`: as `artifactName` of electron-builder.yml names packages. */
const ARTIFACT =
  /^Parallax-(?<version>\d[\w.-]*?)-(?<os>linux|mac|win)-(?<arch>x64|x86_64|amd64|arm64|aarch64)\.(?<ending>AppImage|deb|rpm|exe|dmg)$/;
const KINDS: Readonly<Record<string, PackageKind>> = {
  AppImage: 'appimage',
  deb: 'deb',
  rpm: 'rpm',
  exe: 'nsis',
  dmg: 'dmg',
};
const SYSTEMS = { linux: 'linux', mac: 'darwin', win: 'win32' } as const;

/** The 32 bytes of an Ed25519 public key in base64, as a build pins it. */
export function rawPublicKey(key: KeyObject): string {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('base64');
}

/** The text of a feed, signed. */
export function signedFeed(feed: Feed, key: KeyObject): string {
  const payload = JSON.stringify(feed);
  const signature = sign(null, Buffer.from(SIGNED_PREFIX + payload, 'utf8'), key).toString('base64');
  return `${JSON.stringify({ payload, signatures: [{ key: keyNameOf(rawPublicKey(key)), signature }] })}\n`;
}

/** Every package of `version` in a folder, with its size and hash. @throws Error where there is none. */
export function packagesIn(folder: string, version: string): PackageFile[] {
  const files = readdirSync(folder)
    .sort()
    .flatMap((name): PackageFile[] => {
      const found = ARTIFACT.exec(name)?.groups;
      if (found === undefined || found['version'] !== version) return [];
      const bytes = readFileSync(join(folder, name));
      return [
        {
          system: SYSTEMS[found['os'] as keyof typeof SYSTEMS],
          arch: /arm64|aarch64/.test(found['arch'] ?? '') ? 'arm64' : 'x64',
          kind: KINDS[found['ending'] ?? ''] ?? 'deb',
          name,
          size: bytes.length,
          sha512: createHash('sha512').update(bytes).digest('hex'),
        },
      ];
    });
  if (files.length === 0) throw new Error(`${folder} has no package of version ${version}`);
  return files;
}

/** @throws Error where the file is there already. @returns the public half. */
export function makeKey(path: string): string {
  if (existsSync(path)) throw new Error(`${path} is there already: a key is never written over`);
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
  return rawPublicKey(privateKey);
}

export type FeedOptions = {
  /** File of the private key. */
  readonly key: string;
  readonly serial: number;
  /** How long the feed holds. */
  readonly days: number;
  readonly version: string;
  readonly notes: string;
  /** Folder of the packages. */
  readonly from: string;
};

/** Writes `updates.json` beside the packages. @returns what it holds, in a line. @throws Error */
export function makeFeed({ key: file, serial, days, version, notes, from }: FeedOptions): string {
  const key = createPrivateKey(readFileSync(file));
  const nowMs = Date.now();
  const feed: Feed = {
    app: APP,
    format: 1,
    serial,
    version,
    released: new Date(nowMs).toISOString(),
    expires: new Date(nowMs + days * DAY_MS).toISOString(),
    notes: shortened(notes),
    files: packagesIn(from, version),
  };
  const text = signedFeed(feed, key);
  // What no program would take is not written.
  const read = readFeed(Buffer.from(text), [rawPublicKey(key)], undefined, nowMs);
  if (!read.ok) throw new Error(`the feed ${read.reason}`);
  const path = join(from, 'updates.json');
  writeFileSync(path, text);
  return `${path}: version ${version}, number ${serial}, ${feed.files.length} packages, until ${feed.expires}`;
}

/** Whole lines, as many as a feed takes. */
export function shortened(notes: string): string {
  if (notes.length <= MAX_NOTES) return notes;
  const end = '\n… CHANGELOG.md has the rest.';
  const lines = notes.slice(0, MAX_NOTES - end.length);
  return lines.slice(0, Math.max(0, lines.lastIndexOf('\n'))) + end;
}
