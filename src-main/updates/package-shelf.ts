/**
 * Packages that lie on this machine: the next version, this one, and the one before. A version is a folder with its package and
 * the signed feed that names it. What lies here is in `shelf.json`, which other programs of this user can write: only what its feed
 * proves is listed, and signature and hash are read again before use.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { compareVersions, VERSION_FORM } from '../../src-engine/lib/version-order.ts';
import { keyNameOf, MAX_FEED_BYTES, packageFile, type SeenFeed } from './signed-feed.ts';

const FILE = 'shelf.json';
/** Beside a package: the signed feed that names it. */
const SIGNED_FILE = 'feed.json';

const keptPackage = packageFile
  .pick({ kind: true, name: true, size: true, sha512: true })
  .extend({ version: z.string().regex(VERSION_FORM) })
  .strict();
export type KeptPackage = z.infer<typeof keptPackage>;

const shelf = z.object({
  /** By the name of the key that signs, whatever the address: no mirror shows an older one. */
  seen: z
    .record(
      z.string().max(500),
      z.object({ serial: z.number().int().positive(), hash: z.string().length(64) }),
    )
    .catch({}),
  packages: z.array(keptPackage).max(20).catch([]),
  /** The newest version of which the trader was notified. */
  notified: z.string().max(100).catch(''),
});
type Shelf = z.infer<typeof shelf>;

export class PackageShelf {
  readonly #folder: string;
  #shelf: Shelf;

  /**
   * @param folder made where it is missing. What cannot be read there is as if it was not there.
   * @param isProved whether a package that is listed there may be used at all, by the feed beside it.
   */
  constructor(folder: string, isProved: (kept: KeptPackage, signed: Uint8Array | undefined) => boolean) {
    this.#folder = folder;
    const { packages, ...rest } = shelf.safeParse(readJson(join(folder, FILE))).data ?? shelf.parse({});
    this.#shelf = { ...rest, packages: packages.filter((kept) => isProved(kept, this.signed(kept))) };
  }

  /** The newest feed seen, whichever of these keys signed it: a key that replaces another goes on with its serials. */
  seen(keys: readonly string[]): SeenFeed | undefined {
    return keys
      .flatMap((key) => this.#shelf.seen[keyNameOf(key)] ?? [])
      .toSorted((a, b) => b.serial - a.serial)[0];
  }

  remember(keys: readonly string[], seen: SeenFeed): void {
    this.#keep({ ...this.#shelf, seen: Object.fromEntries(keys.map((key) => [keyNameOf(key), seen])) });
  }

  /** @returns true the first time for a version, also across restarts. */
  notifies(version: string): boolean {
    if (this.#shelf.notified === version) return false;
    this.#keep({ ...this.#shelf, notified: version });
    return true;
  }

  /** The newest kept version behind the running one. */
  after(version: string): KeptPackage | undefined {
    return this.#sorted().findLast((each) => compareVersions(each.version, version) > 0);
  }

  /** The newest kept version before the running one. */
  before(version: string): KeptPackage | undefined {
    return this.#sorted().findLast((each) => compareVersions(each.version, version) < 0);
  }

  pathOf({ version, name }: Pick<KeptPackage, 'version' | 'name'>): string {
    return join(this.#folder, version, name);
  }

  /** Where a download of it goes, in its folder, which is made. */
  draftOf(wanted: Pick<KeptPackage, 'version' | 'name'>): string {
    mkdirSync(join(this.#folder, wanted.version), { recursive: true, mode: 0o700 });
    return `${this.pathOf(wanted)}.part`;
  }

  /** The draft has its name from here on. @param signed the feed that names it, as it came. */
  add(kept: KeptPackage, signed?: Uint8Array): void {
    if (signed !== undefined) writeFileSync(this.#signedOf(kept), signed, { mode: 0o600 });
    renameSync(`${this.pathOf(kept)}.part`, this.pathOf(kept));
    const others = this.#shelf.packages.filter(({ version }) => version !== kept.version);
    this.#keep({ ...this.#shelf, packages: [...others, kept] });
  }

  /** A newer feed names the same package: that one proves it from here on. */
  renew(kept: KeptPackage, signed: Uint8Array): void {
    const path = this.#signedOf(kept);
    writeFileSync(`${path}.part`, signed, { mode: 0o600 });
    renameSync(`${path}.part`, path);
  }

  /** Keeps a copy of the program that runs, unless there is one that holds. */
  async addCopy(source: string, kept: Omit<KeptPackage, 'size' | 'sha512'>): Promise<void> {
    const known = this.#shelf.packages.find(({ version }) => version === kept.version);
    if (known !== undefined && (await this.holds(known))) return;
    const draft = this.draftOf(kept);
    await copyFile(source, draft);
    const file = await open(draft, 'r+');
    await file.sync();
    await file.close();
    this.add({ ...kept, size: statSync(draft).size, sha512: await hashOf(draft) });
  }

  /** True where the file is still exactly what was verified. */
  holds(kept: KeptPackage): Promise<boolean> {
    return isPackage(this.pathOf(kept), kept);
  }

  /** The feed that names a package, as it came; undefined: there is none. It proves nothing before its signature is read. */
  signed(kept: KeptPackage): Uint8Array | undefined {
    try {
      const path = this.#signedOf(kept);
      return statSync(path).size > MAX_FEED_BYTES ? undefined : readFileSync(path);
    } catch {
      return undefined;
    }
  }

  /** Forgets a package and removes its file. */
  async drop({ version }: Pick<KeptPackage, 'version'>): Promise<void> {
    this.#keep({ ...this.#shelf, packages: this.#shelf.packages.filter((each) => each.version !== version) });
    await rm(join(this.#folder, version), { recursive: true, force: true });
  }

  /** Removes versions behind the running one for which the newest feed does not stand. */
  async dropWithdrawn(version: string, stands: (kept: KeptPackage) => boolean): Promise<void> {
    for (const kept of this.#shelf.packages)
      if (compareVersions(kept.version, version) > 0 && !stands(kept)) await this.drop(kept);
  }

  /** Leaves the next version, the running one and the one before, and nothing half. */
  async tidy(version: string): Promise<void> {
    const kept = new Set([this.after(version)?.version, version, this.before(version)?.version]);
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!VERSION_FORM.test(name)) continue;
      if (!kept.has(name)) await this.drop({ version: name });
      else
        for (const file of await readdir(join(this.#folder, name)))
          if (file.endsWith('.part')) await rm(join(this.#folder, name, file), { force: true });
    }
  }

  #signedOf({ version }: Pick<KeptPackage, 'version'>): string {
    return join(this.#folder, version, SIGNED_FILE);
  }

  #sorted(): KeptPackage[] {
    return this.#shelf.packages
      .filter((each) => isFile(this.pathOf(each)))
      .sort((a, b) => compareVersions(a.version, b.version));
  }

  #keep(next: Shelf): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const draft = join(this.#folder, `${FILE}.draft`);
    writeFileSync(draft, `${JSON.stringify(next)}\n`, { mode: 0o600 });
    renameSync(draft, join(this.#folder, FILE));
    this.#shelf = next;
  }
}

/** Whether a file is the package that was verified. */
export async function isPackage(
  path: string,
  { size, sha512 }: Pick<KeptPackage, 'size' | 'sha512'>,
): Promise<boolean> {
  try {
    return statSync(path).size === size && (await hashOf(path)) === sha512;
  } catch {
    return false;
  }
}

/** The same without giving way, as the program ends. */
export function isPackageNow(path: string, { size, sha512 }: Pick<KeptPackage, 'size' | 'sha512'>): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    if (fstatSync(file).size !== size) return false;
    const hash = createHash('sha512');
    const part = new Uint8Array(1_048_576);
    for (let count = readSync(file, part); count > 0; count = readSync(file, part))
      hash.update(part.subarray(0, count));
    return hash.digest('hex') === sha512;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest('hex');
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
