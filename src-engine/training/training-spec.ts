/** What a training is asked for: one JSON file. Everything that moves the result is in it, in the data, or in the version of the code. */
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { issueWords } from '../lib/zod-words.ts';
import { USUAL_BOOSTING } from '../models/trees/boosting.ts';
import { SCORER_PREFIX } from './scorer-names.ts';

export const MODEL_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const SPEC = z.strictObject({
  name: z
    .string()
    .max(60)
    .regex(MODEL_NAME, 'must be lower case with hyphens, such as eth-logistic')
    .refine(
      (name) => !name.startsWith(SCORER_PREFIX),
      `begins with ${SCORER_PREFIX}, as the names of scorers of opportunities do`,
    ),
  kind: z.enum(['logistic', 'trees', 'lstm', 'q', 'dqn']),
  /** A market log or a CSV file, from the folder of the spec. */
  file: z.string().min(1).max(4_096),
  symbol: z.string().max(100).optional(),
  barSeconds: z
    .number()
    .min(0.1)
    .max(7 * 86_400)
    .optional(),
  features: z.array(z.string().max(100)).min(1).max(256).default(['bars']),
  /** The label: whether the price is higher so many bars after the fill, which is one bar after the row. */
  horizonBars: z.int().min(1).max(1_000).default(5),
  folds: z.int().min(1).max(50).default(4),
  /** Bars left out between pieces, besides the labels that reach over. */
  embargoBars: z.int().min(0).max(10_000).optional(),
  costBps: z.number().min(0).max(1_000).default(10),
  seed: z.int().min(0).max(1_000_000_000).default(1),
  ridge: z.number().min(0).max(1e6).default(1),
  trees: z
    .strictObject({
      rounds: z.int().min(1).max(2_000).default(USUAL_BOOSTING.rounds),
      depth: z.int().min(1).max(10).default(USUAL_BOOSTING.depth),
      rate: z.number().min(0.001).max(1).default(USUAL_BOOSTING.rate),
      lambda: z.number().min(0).max(1e6).default(USUAL_BOOSTING.lambda),
      minWeight: z.number().min(0).max(1e6).default(USUAL_BOOSTING.minWeight),
      rowShare: z.number().min(0.05).max(1).default(USUAL_BOOSTING.rowShare),
      featureShare: z.number().min(0.05).max(1).default(USUAL_BOOSTING.featureShare),
    })
    .prefault({}),
  lstm: z
    .strictObject({
      /** Bars that are read one after the other. */
      sequence: z.int().min(2).max(200).default(20),
      units: z.int().min(1).max(64).default(8),
      epochs: z.int().min(1).max(200).default(10),
      batch: z.int().min(1).max(1_000).default(32),
      rate: z.number().min(1e-6).max(1).default(0.005),
      /** Epochs without a better loss on the validation rows, after which it stops. */
      patience: z.int().min(1).max(200).default(3),
    })
    .prefault({}),
  /** Of q and dqn, whose actions are flat, long and short; a reward is the next bar's return less costs. */
  policy: z
    .strictObject({
      episodes: z.int().min(1).max(200).default(10),
      gamma: z.number().min(0).max(0.999).default(0.9),
      alpha: z.number().min(1e-4).max(1).default(0.05),
      hidden: z.array(z.int().min(1).max(256)).max(3).default([16]),
      rate: z.number().min(1e-6).max(1).default(0.002),
    })
    .prefault({}),
});

export type TrainingSpec = z.infer<typeof SPEC>;

/** @param text of the file. @throws UserError that names the field, its value and what it may be. */
export function readSpec(text: string, path: string): TrainingSpec {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(
      path,
      path,
      undefined,
      `is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return checkSpec(json, path);
}

/** @param place where it was written, for the remedy. @throws UserError as `readSpec` does. */
export function checkSpec(json: unknown, place: string): TrainingSpec {
  const checked = SPEC.safeParse(json);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = issue?.path ?? [];
  const found = path.reduce<unknown>(
    (holder, key) => (holder as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
  throw refuse(
    place,
    path.length === 0 ? place : path.join('.'),
    found === undefined ? undefined : JSON.stringify(found).slice(0, 100),
    issueWords(issue),
  );
}

function refuse(place: string, field: string, value: string | undefined, message: string): UserError {
  return new UserError({
    code: 'bad-spec',
    field,
    value,
    message,
    remedy: `Correct ${place}; "train --help" has an example.`,
  });
}
