/** What a model can be trained on, and the start of a training as a job. */
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RecordingRecord } from '../contract/library-operations.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import type { trainingOperations } from '../contract/training-operations.ts';
import { UserError } from '../domain/errors.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { FeatureSet, NAMED_SETS } from '../features/feature-set.ts';
import { ModelRegistry } from '../training/registry.ts';
import { checkSpec } from '../training/training-spec.ts';
import { importPath, importsFolder, isImportName } from './import-place.ts';
import type { LabFolders, LabTask } from './lab-task.ts';
import { recordingPath } from './tape-shelf.ts';

export type TrainingHandlers = Pick<OperationHandlers, keyof typeof trainingOperations>;

const LOG = /\.jsonl(?:\.gz)?$/;
const BARS = /\.(?:csv|tsv|txt)(?:\.(?:gz|zst|zip))?$/i;
const MAX_SOURCES = 500;

/** @param listed the recordings, with what is known of each. */
export function trainingsOf(
  folders: LabFolders,
  listed: () => Promise<readonly RecordingRecord[]>,
  add: (task: LabTask, name: string) => string,
  nowUs: () => number,
): TrainingHandlers {
  return {
    async listTrainingSources() {
      const recordings = (await listed())
        .filter(({ name, fault }) => LOG.test(name) && fault === '')
        .map(({ name, bytes, symbols, venue, fromUs, toUs }) => ({
          place: 'recordings' as const,
          file: name,
          bytes,
          markets: symbols.map((symbol) => (symbol.includes('@') ? symbol : `${symbol}@${venue}`)),
          seconds: fromUs === null || toUs === null ? null : (toUs - fromUs) / US_PER_SECOND,
        }));
      const registry = new ModelRegistry(dirname(folders.lab), () => '');
      return {
        sources: [...recordings, ...(await filesOfBars(folders))].slice(0, MAX_SOURCES),
        featureSets: Object.entries(NAMED_SETS).map(([name, features]) => ({
          name,
          features: [...features],
        })),
        models: [...(await registry.names())],
      };
    },
    async startTraining({ place, file, more, ...asked }) {
      const spec = checkSpec({ ...more, ...asked, file }, 'the form');
      // Faults are reported now, and not by a failed job.
      const { names } = new FeatureSet(spec.features, 'features');
      await trainingPath(folders, place, file);
      const task = {
        kind: 'training',
        folders,
        recordings: [],
        name: spec.name,
        createdUs: nowUs(),
        place,
        spec: { ...more, ...asked, file },
      } as const;
      return { jobId: add(task, `${spec.name} (${spec.kind}, ${names.length} features) on ${file}`) };
    },
  };
}

/** @throws UserError for what is not a plain file of the folder. */
export function trainingPath(
  folders: LabFolders,
  place: 'recordings' | 'imports',
  file: string,
): Promise<string> {
  if (place === 'imports') return importPath(folders, file);
  if (isImportName(file)) return recordingPath(folders.recordings, file);
  throw new UserError({
    code: 'unknown-recording',
    field: 'file',
    value: file,
    message: 'is not a file of the recordings folder',
    remedy: 'Choose one of the list.',
  });
}

async function filesOfBars(folders: LabFolders) {
  const folder = importsFolder(folders);
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => isImportName(name) && BARS.test(name))
    .sort()
    .slice(0, MAX_SOURCES);
  const found = [];
  for (const name of names) {
    const stat = await lstat(join(folder, name)).catch(() => undefined);
    if (stat?.isFile() === true)
      found.push({
        place: 'imports' as const,
        file: basename(name),
        bytes: stat.size,
        markets: [],
        seconds: null,
      });
  }
  return found;
}
