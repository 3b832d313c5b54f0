/** Operations on models; part of the table in operations.ts. */
import { z } from 'zod';
import { modelRow, modelsView } from './model-records.ts';

const name = z.string().min(1).max(60);
const why = z.string().max(500).default('');

export const modelOperations = {
  listModels: {
    summary:
      'The models of the data folder with their versions, what training says of each, and how those hold that run in the session: drift and calibration.',
    input: z.strictObject({}),
    output: modelsView,
    role: 'viewer',
    changes: false,
  },
  getModelVersion: {
    summary: 'Which version of each model is champion, challenger, and previous champion, by SHA-256.',
    input: z.strictObject({}),
    output: z.object({
      models: z.array(modelRow.pick({ name: true, champion: true, challenger: true, previous: true })),
    }),
    role: 'viewer',
    changes: false,
  },
  promoteModel: {
    summary:
      'Makes the challenger, or another version, the champion, where its file is whole and it passes every gate. What runs goes on with the version that it was set with.',
    input: z.strictObject({
      name,
      /** `challenger`, `previous`, or the beginning of a hash. */
      version: z.string().min(4).max(64).default('challenger'),
      /** The name of the model once more: a step that is not taken by a slip. */
      confirm: name,
      why,
      /** `OVERRIDE` promotes a model that does not pass its gates, for the reason in `why`; both are kept in its steps. */
      override: z.string().max(20).default(''),
    }),
    output: modelRow,
    role: 'operator',
    changes: true,
  },
  rollBackModel: {
    summary:
      'Makes the champion before the champion again, in one step; the other one becomes the challenger.',
    input: z.strictObject({ name, why }),
    output: modelRow,
    role: 'operator',
    changes: true,
  },
} as const;
