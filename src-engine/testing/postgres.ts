/** Databases of the PostgreSQL server that all test files of a run share. */
import { inject } from 'vitest';
import { z } from 'zod';
import type { DatabaseAnswer } from './postgres-of-run.ts';

export type TestPostgres = {
  /** Makes an empty database and gives its URL. */
  readonly createDatabase: () => Promise<string>;
};

const answer: z.ZodType<DatabaseAnswer> = z.union([
  z.object({ url: z.string() }),
  z.object({ missing: z.string() }),
]);

/**
 * Starts the run's server where no test has yet, or says why this machine cannot. With PARALLAX_TEST_POSTGRES=required the
 * reason is thrown, so that a CI run cannot leave these tests out unseen.
 */
export async function startTestPostgres(): Promise<TestPostgres | { readonly missing: string }> {
  const first = await makeDatabase();
  if ('url' in first) {
    let spare: string | undefined = first.url;
    return {
      createDatabase: async () => {
        const url = spare;
        spare = undefined;
        if (url !== undefined) return url;
        const made = await makeDatabase();
        if ('missing' in made) throw new Error(made.missing);
        return made.url;
      },
    };
  }
  const { missing } = first;
  if (process.env['PARALLAX_TEST_POSTGRES'] === 'required') throw new Error(`PostgreSQL: ${missing}`);
  return { missing };
}

async function makeDatabase(): Promise<DatabaseAnswer> {
  const response = await fetch(inject('postgresAt'));
  return answer.parse(await response.json());
}
