/** The tests of a run that failed, by name and with what they said: the output of a long run is seldom read to its middle. */
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { readJson } from './counts.ts';

/** Lines of a failure's message at most. */
const MESSAGE_LINES = 12;
const MESSAGE_LINE_LENGTH = 240;
/** Failures that are named at most; the counts have all. */
const MAX_NAMED = 40;

export type Failure = { readonly name: string; readonly message: string };

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

const attempt = z.object({
  status: z.string(),
  errors: z.array(z.object({ message: z.string().optional() })).optional(),
});
const spec = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(
    z.object({ projectName: z.string().optional(), status: z.string(), results: z.array(attempt) }),
  ),
});
type Suite = { readonly specs?: z.infer<typeof spec>[] | undefined; readonly suites?: Suite[] | undefined };
const suite: z.ZodType<Suite> = z.object({
  specs: z.array(spec).optional(),
  suites: z.array(z.lazy(() => suite)).optional(),
});
const playwrightReport = z.object({ suites: z.array(suite) });

/** Of vitest's JSON report. A file that could not be loaded is one. @param root names are given from it. */
export function vitestFailures(path: string, root: string): Failure[] {
  const report = vitestReport.safeParse(readJson(path)).data;
  return (report?.testResults ?? []).flatMap((file) => {
    const name = relative(root, file.name);
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0) return file.status === 'failed' ? [{ name, message: file.message ?? '' }] : [];
    return failed.map(({ fullName, failureMessages }) => ({
      name: `${name}: ${fullName}`,
      message: failureMessages?.join('\n') ?? '',
    }));
  });
}

/** Of Playwright's JSON report; one that passed only when tried again among them. */
export function playwrightFailures(path: string): Failure[] {
  const report = playwrightReport.safeParse(readJson(path)).data;
  return (report?.suites ?? []).flatMap(failuresOf);
}

function failuresOf({ specs = [], suites = [] }: Suite): Failure[] {
  const own = specs.flatMap(({ title, file, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName, results }) => ({
        name: `e2e/${file}: ${title}${projectName === undefined ? '' : ` (${projectName})`}`,
        message: results.flatMap(({ errors = [] }) => errors.map((error) => error.message ?? '')).join('\n'),
      })),
  );
  return [...own, ...suites.flatMap(failuresOf)];
}

/** Lines for a person; empty where nothing failed. */
export function failuresText(failures: readonly Failure[]): string {
  if (failures.length === 0) return '';
  const more = failures.length - MAX_NAMED;
  const lines = failures
    .slice(0, MAX_NAMED)
    .flatMap(({ name, message }) => [`Failed: ${name}`, ...shortened(message)]);
  return `${[...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n')}\n`;
}

function shortened(message: string): string[] {
  return stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MESSAGE_LINES)
    .map((line) => `  ${line.slice(0, MESSAGE_LINE_LENGTH)}`);
}
