/** What a run is given as its market: files, and folders that stand for all market logs in them. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { LOG_NAME, recordingNames } from './library/recording-names.ts';

/** Folders become their market logs, by name; tapes and broken recordings in them are left out. @throws UserError */
export async function expandLogs(paths: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) {
      all.push(path);
      continue;
    }
    const names = (await recordingNames(path)).filter((name) => LOG_NAME.test(name));
    if (names.length === 0) {
      throw new UserError({
        code: 'empty-folder',
        field: 'market log',
        value: path,
        message: 'is a folder without a market log (.jsonl, .jsonl.gz)',
        remedy: 'Name a folder of recordings, or a file.',
      });
    }
    for (const name of names) all.push(join(path, name));
  }
  return all;
}
