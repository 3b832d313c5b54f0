/** Where the time of a run went: its parts, and the files and specs that took longest. */
import { relative } from 'node:path';
import { z } from 'zod';
import { readJson } from './counts.ts';
import { duration, type PartSeconds } from './progress.ts';

export type Timed = { readonly name: string; readonly seconds: number };

const SHOWN = 12;

const vitestReport = z.object({
  testResults: z.array(z.object({ name: z.string(), startTime: z.number(), endTime: z.number() })),
});

const results = z.array(z.object({ results: z.array(z.object({ duration: z.number() })) }));
const spec = z.object({ title: z.string(), file: z.string(), tests: results });
type Suite = { readonly specs?: z.infer<typeof spec>[] | undefined; readonly suites?: Suite[] | undefined };
const suite: z.ZodType<Suite> = z.object({
  specs: z.array(spec).optional(),
  suites: z.array(z.lazy(() => suite)).optional(),
});
const playwrightReport = z.object({ suites: z.array(suite) });

/** Files of vitest's JSON report. @param root their names are given from it. */
export function vitestTimes(path: string, root: string): Timed[] {
  const report = vitestReport.safeParse(readJson(path)).data;
  return (report?.testResults ?? []).map(({ name, startTime, endTime }) => ({
    name: relative(root, name),
    seconds: (endTime - startTime) / 1_000,
  }));
}

/** Specs of Playwright's JSON report, those of both hosts together. */
export function playwrightTimes(path: string): Timed[] {
  const report = playwrightReport.safeParse(readJson(path)).data;
  return (report?.suites ?? []).flatMap(specsOf);
}

function specsOf({ specs = [], suites = [] }: Suite): Timed[] {
  const own = specs.map(({ title, file, tests }) => ({
    name: `e2e/${file}: ${title}`,
    seconds: tests.flatMap((test) => test.results).reduce((sum, each) => sum + each.duration, 0) / 1_000,
  }));
  return [...own, ...suites.flatMap(specsOf)];
}

/** Lines for a person: what each part took, then the longest files and specs. */
export function timesText(parts: PartSeconds, timed: readonly Timed[]): string {
  const times = Object.entries(parts).map(([name, seconds]) => `${name} ${duration(seconds)}`);
  const longest = timed.toSorted((a, b) => b.seconds - a.seconds).slice(0, SHOWN);
  return [
    `Time: ${times.join(' · ')}`,
    ...longest.map(({ name, seconds }) => `  ${duration(seconds).padStart(9)}  ${name}`),
    '',
  ].join('\n');
}
