/** Operations that train models; part of the table in operations.ts. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const trainingOperations = {
  listTrainingSources: {
    summary:
      'Recordings with their markets and files of bars that a model can be trained on, and sets of features by name.',
    input: z.strictObject({}),
    output: z.object({
      sources: z.array(
        z.object({
          /** Which folder it lies in. */
          place: z.enum(['recordings', 'imports']),
          file: z.string(),
          bytes: count,
          /** Of a recording, as `symbol@venue`; of a file of bars none. */
          markets: z.array(z.string()),
          /** Of a recording, in s; null where that is not known yet, and of a file. */
          seconds: z.number().nullable(),
        }),
      ),
      featureSets: z.array(z.object({ name: z.string(), features: z.array(z.string()) })),
      /** Models that there are: another training of one is a new version of it. */
      models: z.array(z.string()),
    }),
    role: 'operator',
    changes: false,
  },
  startTraining: {
    summary:
      'Trains a model by walk-forward as a job, judges it out of sample net of costs, and registers it as the challenger of its name.',
    input: z.strictObject({
      place: z.enum(['recordings', 'imports']),
      file: z.string().min(1).max(255),
      name: z.string().min(1).max(60).describe('Lower case with hyphens, such as eth-logistic.'),
      kind: z.enum(['logistic', 'trees', 'lstm', 'q', 'dqn']),
      /** Which market of a recording, as `symbol@venue`. */
      symbol: z.string().max(100).optional(),
      barSeconds: z.number().min(0.1).max(604_800).optional(),
      features: z.array(z.string().max(100)).min(1).max(256).optional(),
      horizonBars: z.number().int().min(1).max(1_000).optional(),
      folds: z.number().int().min(1).max(50).optional(),
      costBps: z.number().min(0).max(1_000).optional(),
      seed: z.number().int().min(0).max(1_000_000_000).optional(),
      /** Of its kind, as a spec of the command line has them: `lstm`, `trees`, `policy`, `ridge`, `embargoBars`. */
      more: z.record(z.string().max(40), z.unknown()).default({}),
    }),
    output: z.object({ jobId: z.string() }),
    role: 'operator',
    changes: true,
  },
} as const;
