/** `npm run promises [-- --json]`: every promise, whether it holds, and the tests that show it; each must exist. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { PromiseRow } from './promises/promise-row.ts';
import { PROMISES } from './promises/table.ts';

/** What is wrong with one row; empty: nothing. */
export function problemsOf({ id, status, evidence, missing }: PromiseRow): string[] {
  const problems: string[] = [];
  if (status !== 'holds' && missing === undefined) problems.push(`promise ${id} says not what is missing`);
  if (status === 'holds' && (missing !== undefined || evidence.length === 0)) {
    problems.push(`promise ${id} holds and is not shown, or something is missing`);
  }
  for (const line of evidence) {
    const [file = '', name = ''] = line.split(' › ');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text === '') problems.push(`promise ${id}: there is no ${file}`);
    else if (!text.includes(`'${name}'`) && !text.includes(`"${name}"`)) {
      problems.push(`promise ${id}: ${file} has no test "${name}"`);
    }
  }
  return problems;
}

function main(): number {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const problems = PROMISES.flatMap(problemsOf);
  const rows = PROMISES.map(({ id, promise, status, evidence, missing }) => ({
    id,
    promise,
    status,
    evidence: [...evidence, ...(missing === undefined ? [] : [`not shown: ${missing}`])].join('; '),
  }));
  process.stdout.write(
    values.json
      ? `${JSON.stringify(rows)}\n`
      : `${rows.map(({ id, promise, status, evidence }) => `${String(id).padStart(2)} ${status.padEnd(6)} ${promise}\n          ${evidence}`).join('\n')}\n`,
  );
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main();
