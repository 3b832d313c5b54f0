/** The engine's log: its records and its operations; part of the table in operations.ts. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

/** From the most to the least severe. */
export const logLevel = z.enum(['error', 'warn', 'info', 'debug']);
export type LogLevel = z.infer<typeof logLevel>;

/** Lines that an engine process keeps; older ones are let go. */
export const MAX_LOG_LINES = 5_000;

export const logLine = z.object({
  /** Rises by one from the start of the process. */
  seq: z.number().int().positive(),
  atUs: timeUs,
  level: logLevel,
  /** Of the engine: what it speaks of. */
  room: z.string(),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

/** Words of one search: each is looked for in every line that is kept. */
const MAX_SEARCH_WORDS = 8;

/** Each once, in small letters. */
export function searchWords(search: string): string[] {
  return [...new Set(search.toLowerCase().split(/\s+/).filter(Boolean))];
}

const filter = {
  /** Lines of this level and of what is more severe. */
  level: logLevel.default('debug'),
  /** Every word of it stands in the line, in small or capital letters. */
  search: z
    .string()
    .max(100)
    .refine(
      (search) => searchWords(search).length <= MAX_SEARCH_WORDS,
      `has more than ${MAX_SEARCH_WORDS} words`,
    )
    .default(''),
};

export const logFilter = z.strictObject({
  ...filter,
  limit: z.number().int().min(1).max(500).default(200),
});

/** Newest first. `kept`: lines that there are to look through, whatever the filter. */
export const logView = z.object({ kept: z.number().int(), lines: z.array(logLine) });

export const logOperations = {
  listLogs: {
    summary: 'Log lines of the engine since its process started, newest first; the last 5,000 are kept.',
    input: z.strictObject({
      ...filter,
      limit: z.number().int().min(1).max(1_000).default(200),
      /** Only lines before this one: continues where the last page ended. */
      beforeSeq: z.number().int().positive().optional(),
    }),
    output: logView,
    role: 'viewer',
    changes: false,
  },
} as const;
