/**
 * What electron-builder calls once the program lies in its folder, before it is signed. It puts the command line beside the archive, where a
 * plain Node reads it, and stops a package with programs of another processor.
 */
import {
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Of the archive what the command line has no use for. */
const DESKTOP_ONLY = ['out/preload', 'resources'];

type Asar = { extractAll(archive: string, folder: string): void };

/** The part of electron-builder's `AfterPackContext` that is used. */
export type PackContext = {
  readonly appOutDir: string;
  readonly electronPlatformName: string;
  /** Its `Arch`: 1 is x64, 3 is arm64. */
  readonly arch: number;
  readonly packager: { readonly appInfo: { readonly productFilename: string } };
};

const ARCHES: Readonly<Record<number, string>> = { 1: 'x64', 3: 'arm64' };

export function resourcesOf({ appOutDir, electronPlatformName, packager }: PackContext): string {
  return electronPlatformName === 'darwin'
    ? join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
    : join(appOutDir, 'resources');
}

/** @throws Error that names a program of another system or processor than the package's. */
export default function afterPack(context: PackContext): void {
  const { electronPlatformName: platform, arch } = context;
  const resources = resourcesOf(context);
  const wanted = `${platform}-${ARCHES[arch] ?? `processor ${arch}`}`;
  addCommand(resources, platform);
  const node = join(resources, 'watchdog', platform === 'win32' ? 'node.exe' : 'node');
  for (const path of [node, ...nativesIn(join(resources, 'command', 'node_modules'))]) {
    const found = existsSync(path) ? machineOf(path) : 'missing';
    if (found !== wanted)
      throw new Error(
        `${path} is ${found}, and the package is for ${wanted}: make it on a machine of that kind, after npm ci (docs/releasing.md)`,
      );
  }
}

/** The archive as plain files, with the natives beside it, and what starts it. */
function addCommand(resources: string, platform: string): void {
  const folder = join(resources, 'command');
  const asar = createRequire(import.meta.url)('@electron/asar') as Asar;
  rmSync(folder, { recursive: true, force: true });
  asar.extractAll(join(resources, 'app.asar'), folder);
  cpSync(join(resources, 'app.asar.unpacked'), folder, { recursive: true });
  for (const part of DESKTOP_ONLY) rmSync(join(folder, part), { recursive: true, force: true });
  const [from, name] = platform === 'win32' ? ['command.cmd', 'parallax.cmd'] : ['command.sh', 'parallax'];
  copyFileSync(join(ROOT, 'resources', 'packaging', from), join(folder, name));
  if (platform !== 'win32') chmodSync(join(folder, name), 0o755);
}

function nativesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.node')).map((name) => join(folder, name));
}

/** `linux-x64`, by the first bytes of a program: ELF, Mach-O of one processor, or PE. */
export function machineOf(path: string): string {
  const head = Buffer.alloc(4_096);
  const file = openSync(path, 'r');
  readSync(file, head);
  closeSync(file);
  if (head.toString('latin1', 0, 4) === '\x7fELF') return `linux-${ELF[head.readUInt16LE(18)] ?? 'other'}`;
  if (head.readUInt32LE(0) === 0xfeedfacf) return `darwin-${MACH_O[head.readUInt32LE(4)] ?? 'other'}`;
  const at = head.readUInt32LE(60);
  if (
    head.toString('latin1', 0, 2) === 'MZ' &&
    at < 4_000 &&
    head.toString('latin1', at, at + 4) === 'PE\0\0'
  )
    return `win32-${PE[head.readUInt16LE(at + 4)] ?? 'other'}`;
  return 'no program';
}

const ELF: Readonly<Record<number, string>> = { 0x3e: 'x64', 0xb7: 'arm64' };
const MACH_O: Readonly<Record<number, string>> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
const PE: Readonly<Record<number, string>> = { 0x8664: 'x64', 0xaa64: 'arm64' };
