/**
 * Large recorded markets and published answers that may lie beside the project, at ../shared/data. What is proved on them
 * is proved on the project's own fixtures too: tests on them run in addition, where the folder is. Nothing else knows it.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** By one of its files: another project's folder may have the same name. */
export const HAS_SHARED_DATA = existsSync(`${FOLDER}kraken/AssetPairs-2026-01-12.json`);

/** Path of a file of that folder, such as `kraken/btcusd-book25.jsonl`; read it only where HAS_SHARED_DATA. */
export function sharedFile(name: string): string {
  return `${FOLDER}${name}`;
}
