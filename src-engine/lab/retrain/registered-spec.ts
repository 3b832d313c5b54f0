/** What a model of the registry was trained by, and on: the spec that its training recorded, as the list of steps vouches for it. */
import { dirname } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { ModelRegistry } from '../../training/registry.ts';
import { US_PER_MS } from '../../domain/time.ts';
import { checkSpec } from '../../training/training-spec.ts';
import type { LabFolders } from '../lab-task.ts';
import type { RegisteredTraining } from './newest-recording.ts';

/** Of the champion, else of the challenger. @throws UserError where none is recorded. */
export async function registeredTraining(
  folders: LabFolders,
  name: string,
  file: string,
): Promise<RegisteredTraining> {
  const registry = new ModelRegistry(dirname(folders.lab), () => '');
  const { champion, challenger } = await registry.aliases(name);
  for (const sha256 of [champion, challenger]) {
    if (sha256 === null) continue;
    const record = (await registry.record(name, sha256)) as Partial<Record<string, unknown>> | undefined;
    if (typeof record?.['spec'] !== 'object' || record['spec'] === null) continue;
    const spec = checkSpec({ ...record['spec'], name, file }, `the record of ${name}`);
    const { market, from, to } = record;
    const spanUs = (Date.parse(String(to)) - Date.parse(String(from))) * US_PER_MS;
    return {
      spec,
      market: typeof market === 'string' ? market : '',
      spanUs: Number.isFinite(spanUs) ? Math.max(0, spanUs) : 0,
    };
  }
  throw new UserError({
    code: 'no-training',
    field: 'name',
    value: name,
    message: 'has no training that the registry recorded',
    remedy: 'Train it once: by "train SPEC.json", or "Train…" in the panel Models.',
  });
}
