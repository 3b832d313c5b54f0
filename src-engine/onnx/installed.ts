/** Where ONNX Runtime lies. It is no dependency: 291 MB that a trader without such models has no use for. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../domain/errors.ts';

const PACKAGE = 'onnxruntime-node';
/** The one that models are held to; version 1.22 could not be installed on Linux (microsoft/onnxruntime#24770). */
export const ONNX_VERSION = '1.30.0';

/** Its own folder in the data folder: "npm ci" of a source folder removes what is not in its list. */
export const runtimeFolder = (dataDir: string): string => join(dataDir, 'onnx');

/** Without scripts: that of the package downloads CUDA’s part from a host of its own. */
export const installCommand = (dataDir: string): string =>
  `npm install --ignore-scripts --prefix "${runtimeFolder(dataDir)}" ${PACKAGE}@${ONNX_VERSION}`;

/** Folder of the installed package: in the data folder, else beside the packages of Parallax. @throws UserError where there is none, or another version. */
export function runtimeRoot(dataDir: string): string {
  const there = join(runtimeFolder(dataDir), 'node_modules', PACKAGE);
  const places = [there, ownPackage()].filter((place) => place !== undefined);
  let other: string | undefined;
  for (const root of places) {
    const version = versionOf(root);
    if (version === ONNX_VERSION) return root;
    other ??= version;
  }
  const message =
    other === undefined
      ? 'is not installed'
      : `is installed in version ${other}, and ${ONNX_VERSION} is used`;
  throw noRuntime(message, `Run ${installCommand(dataDir)} (291 MB).`);
}

export function noRuntime(message: string, remedy: string): UserError {
  return new UserError({ code: 'no-onnxruntime', field: PACKAGE, message, remedy });
}

function ownPackage(): string | undefined {
  try {
    // The one file that the package gives out lies in its folder `dist`.
    return join(dirname(createRequire(import.meta.url).resolve(PACKAGE)), '..');
  } catch {
    return undefined;
  }
}

function versionOf(root: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly version?: unknown;
    };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
