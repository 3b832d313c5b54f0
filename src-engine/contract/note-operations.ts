/** What a trader writes down about executions and runs; part of the table in operations.ts. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

/** Notes of one profile: beyond, one is removed before another is written. */
export const MAX_NOTES = 5_000;
export const MAX_NOTE_TEXT = 2_000;
/** Tags of one note. */
export const MAX_TAGS = 8;
/** Characters of a tag: so that a row has room for it. */
export const MAX_TAG = 24;

export const noteTag = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u,
    'must be letters, digits, - and _, and begin with a letter or digit',
  )
  .max(MAX_TAG);

/** An execution of the profile, or a stored backtest, which all profiles have. */
export const noteAbout = z.enum(['execution', 'run']);
export type NoteAbout = z.infer<typeof noteAbout>;

const subject = {
  about: noteAbout,
  id: z.string().min(1).max(100).describe('The executionId, or the runId.'),
};

export const note = z.object({
  ...subject,
  text: z.string(),
  /** Each once, in the order of the alphabet. */
  tags: z.array(z.string()).readonly(),
  /** Rises with every change of the note. */
  changedUs: timeUs,
  /** Who wrote it, as the audit trail names callers. */
  actor: z.string(),
});
export type Note = z.infer<typeof note>;

export const noteOperations = {
  listNotes: {
    summary:
      'Notes on executions and runs, those that were changed last first; by tag, by words, by what they are about.',
    input: z.strictObject({
      about: noteAbout.optional(),
      tag: noteTag.optional(),
      /** In its text or its tags, whichever case. */
      contains: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(MAX_NOTES).default(200),
      /** Only those that were changed before: continues where the last page ended. */
      beforeUs: timeUs.optional(),
    }),
    output: z.object({
      notes: z.array(note).readonly(),
      /** All tags in use, the most frequent first. */
      tags: z.array(z.object({ tag: z.string(), notes: z.number().int() })).readonly(),
    }),
    role: 'viewer',
    changes: false,
  },
  setNote: {
    summary:
      'Writes the note on an execution or a run in place of the one before; without text and tags it is removed. With `basedOnUs` it is refused (`note-changed`) where another was written meanwhile.',
    input: z.strictObject({
      ...subject,
      text: z.string().trim().max(MAX_NOTE_TEXT).default(''),
      tags: z.array(noteTag).max(MAX_TAGS).default([]),
      basedOnUs: timeUs
        .nullable()
        .optional()
        .describe(
          'changedUs of the note that this one takes the place of; null: there is none yet. Left out, it takes the place of whatever there is.',
        ),
    }),
    output: z.object({
      /** Null: there is none any more. */
      note: note.nullable(),
    }),
    role: 'operator',
    changes: true,
  },
} as const;
