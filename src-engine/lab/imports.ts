/** Imports as operations: the files that wait, and the job that makes a recording of one. */
import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { CSV_LAYOUTS } from '../backtest/import/csv-layouts.ts';
import { NAMED_ROLES } from '../backtest/import/csv-roles.ts';
import { TIME_FORMS } from '../backtest/import/csv-time.ts';
import type { ImportFile, importOperations } from '../contract/import-operations.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { makeFolder } from '../lib/folders.ts';
import { importChoice } from './import-options.ts';
import {
  demandNewRecording,
  importPath,
  importsFolder,
  isImportName,
  recordingName,
  withoutFolders,
} from './import-place.ts';
import type { ImportTask, LabFolders } from './lab-task.ts';

/** Entries of the folder that are looked at; more are said to be there. */
export const MAX_ENTRIES = 1_000;

export type ImportHandlers = Pick<OperationHandlers, keyof typeof importOperations>;

/** @param add takes a job and answers its id. @param nowUs of the engine's clock. */
export function importsOf(
  folders: LabFolders,
  add: (task: ImportTask, name: string) => string,
  nowUs: () => number,
): ImportHandlers {
  return {
    async listImports() {
      const folder = importsFolder(folders);
      return {
        folder,
        ...(await filesOf(folder)),
        layouts: CSV_LAYOUTS.map(({ name, what }) => ({ name, what })),
        roles: [...NAMED_ROLES],
        timeForms: [...TIME_FORMS],
      };
    },
    async startImport(asked) {
      // What is wrong with the request is answered now, and not by a job that has failed.
      const { file, instruments: list, symbol, venue } = asked;
      const path = await importPath(folders, file);
      const listPath = list === undefined ? undefined : await importPath(folders, list, 'instruments');
      await withoutFolders(folders, [], () => importChoice(asked, path, listPath));
      const recording = asked.out ?? recordingName(file, symbol ?? venue);
      await demandNewRecording(folders, recording);
      const name = `${file}, ${symbol ?? venue}`;
      const task = { kind: 'import', folders, recordings: [], name, createdUs: nowUs(), asked } as const;
      return { jobId: add(task, name), recording };
    },
  };
}

type Listed = { readonly files: ImportFile[]; readonly leftOut: number; readonly isCut: boolean };

/** Plain files, newest first. The folder is made when it is not there. @throws UserError when it cannot be read. */
async function filesOf(folder: string): Promise<Listed> {
  const names: string[] = [];
  let isCut = false;
  try {
    makeFolder(folder);
    for await (const { name } of await opendir(folder)) {
      isCut = names.length >= MAX_ENTRIES;
      if (isCut) break;
      names.push(name);
    }
  } catch (error) {
    throw new UserError({
      code: 'bad-folder',
      field: 'imports',
      value: folder,
      message: `cannot be read (${error instanceof Error ? error.message : String(error)})`,
      remedy: 'It must be a folder that the engine can read.',
    });
  }
  const found = await Promise.all(
    names.map(
      async (name): Promise<readonly [string, Stats | undefined]> => [
        name,
        isImportName(name) ? await lstat(join(folder, name)).catch(() => undefined) : undefined,
      ],
    ),
  );
  const files = found.flatMap(([name, stats]): ImportFile[] =>
    stats?.isFile() === true
      ? [{ name, bytes: stats.size, modifiedUs: Math.max(0, Math.floor(stats.mtimeMs * 1_000)) }]
      : [],
  );
  files.sort((a, b) => b.modifiedUs - a.modifiedUs || (a.name < b.name ? -1 : 1));
  return { files, leftOut: names.length - files.length, isCut };
}
