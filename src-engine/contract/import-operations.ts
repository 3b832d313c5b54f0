/** Operations that make recordings of files of prices and of captures; part of the table in operations.ts. */
import { z } from 'zod';
import { logName } from './library-operations.ts';
import * as values from '../domain/value-schemas.ts';

const count = z.number().int().nonnegative();

/** A plain file of the imports folder. */
const importFile = z.object({ name: z.string(), bytes: count, modifiedUs: values.timeUs });
export type ImportFile = z.infer<typeof importFile>;

/** Above zero, with as many decimals as a book can count. */
const size = values.amountText.refine(
  (text) => /[1-9]/.test(text) && (text.split('.')[1]?.length ?? 0) <= 12,
  'must be above zero, with at most 12 decimals',
);
const word = z.string().trim().min(1).max(100);
const named = z
  .record(word, z.string().trim().max(100))
  .refine((given) => Object.keys(given).length <= 50, 'must name 50 at most');

export const importOperations = {
  listImports: {
    summary: 'Files in the engine’s imports folder, newest first, and how each can be read.',
    input: z.strictObject({}),
    output: z.object({
      /** Where files are put, on the machine of the engine. */
      folder: z.string(),
      files: z.array(importFile),
      /** What else is there: links, folders, pipes, hidden files. It is never read. */
      leftOut: count,
      /** True when the folder has more entries than are looked at. */
      isCut: z.boolean(),
      layouts: z.array(z.object({ name: z.string(), what: z.string() })),
      /** What a column can be, for `columns`; and how times can be written, for `time`. */
      roles: z.array(z.string()),
      timeForms: z.array(z.string()),
    }),
    role: 'operator',
    changes: false,
  },
  startImport: {
    summary:
      'Makes a recording of quotes, bars, trades or books in a CSV file of the imports folder, or of a capture of a venue’s frames, as a job.',
    input: z.strictObject({
      file: z.string().min(1).max(255).describe('Its name in the imports folder.'),
      out: logName
        .optional()
        .describe(
          'The new recording; without it named after the file and the pair, or the venue of a capture.',
        ),
      venue: z.string().regex(/^[a-z][a-z0-9_:-]{0,31}$/, 'must be a venue such as "kraken"'),
      symbol: z
        .string()
        .trim()
        .min(3)
        .max(64)
        .optional()
        .describe('Such as BTC/USD. Of a capture only where its frames and its list do not say it.'),
      /** Of a capture that holds no list of instruments: a file of the imports folder with the venue's. */
      instruments: z.string().min(1).max(255).optional(),
      layout: word.optional().describe('One of the listed ones; without it the file decides.'),
      /** Of bars; without it the commonest distance of two. */
      barSeconds: z.number().int().min(1).max(31_622_400).optional(),
      tickSize: size.optional(),
      lotSize: size.optional(),
      /** Size of each level that is made. */
      depth: size.optional(),
      /** Between the two levels that are made of bars and trades. */
      spreadBps: z.number().min(0).max(5_000).optional(),
      feeBps: z.number().min(0).max(9_999).optional(),
      minNotional: size.optional(),
      /** Column → value: other rows are left out. */
      only: named.default({}),
      /** What a column is → its name in the file. */
      columns: named.default({}),
      /** Of a zip archive with several files. */
      entry: z.string().min(1).max(255).optional(),
      time: word.optional(),
      /** Offset from UTC of times that name no zone, such as -05:00. */
      zone: z.string().max(10).optional(),
      decimal: z.enum(['point', 'comma']).optional(),
      /** Rows at fault are left out and counted. */
      skipBad: z.boolean().default(false),
    }),
    output: z.object({ jobId: z.string(), recording: z.string() }),
    role: 'operator',
    changes: true,
  },
} as const;
