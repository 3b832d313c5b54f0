/** What a model of the registry was trained by: the spec that its training recorded, as the list of steps vouches for it. */
import { dirname } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { ModelRegistry } from '../../training/registry.ts';
import { checkSpec, type TrainingSpec } from '../../training/training-spec.ts';
import type { LabFolders } from '../lab-task.ts';

/** Of the champion, else of the challenger. @throws UserError where none is recorded. */
export async function registeredSpec(folders: LabFolders, name: string, file: string): Promise<TrainingSpec> {
  const registry = new ModelRegistry(dirname(folders.lab), () => '');
  const { champion, challenger } = await registry.aliases(name);
  for (const sha256 of [champion, challenger]) {
    if (sha256 === null) continue;
    const record = (await registry.record(name, sha256)) as { readonly spec?: unknown } | undefined;
    if (typeof record?.spec === 'object' && record.spec !== null)
      return checkSpec({ ...record.spec, name, file }, `the record of ${name}`);
  }
  throw new UserError({
    code: 'no-training',
    field: 'name',
    value: name,
    message: 'has no training that the registry recorded',
    remedy: 'Train it once: by "train SPEC.json", or "Train…" in the panel Models.',
  });
}
