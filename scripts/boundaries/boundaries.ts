/**
 * Who may import whom, by the rules in .dependency-cruiser.cjs. dependency-cruiser itself reads TypeScript only
 * through a compiler older than 7 and passes over every .ts file here, so its rules are applied to our own graph.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { findCycles, type ImportGraph, readImportGraph } from './import-graph.ts';

const pattern = z
  .union([z.string(), z.array(z.string())])
  .transform((text) => new RegExp([text].flat().join('|')));
const side = z.strictObject({
  path: pattern.optional(),
  pathNot: pattern.optional(),
  circular: z.literal(true).optional(),
});
const rule = z.object({ name: z.string(), from: side, to: side });
export type Rule = z.infer<typeof rule>;

export const FOLDERS = ['src-engine', 'src-main', 'src-renderer'];

/** The rules of the project. @throws ZodError for a rule of a kind that is not understood here. */
export function readRules(root: string): Rule[] {
  const config: unknown = createRequire(join(root, 'package.json'))(join(root, '.dependency-cruiser.cjs'));
  return z.object({ forbidden: z.array(rule) }).parse(config).forbidden;
}

/** One line for each import that a rule forbids, and for each circle. */
export function violations(graph: ImportGraph, rules: readonly Rule[]): string[] {
  const found: string[] = [];
  for (const { name, from, to } of rules) {
    if (to.circular === true) {
      for (const cycle of findCycles(graph)) found.push(`${name}: ${cycle.join(' ↔ ')}`);
      continue;
    }
    for (const [file, imports] of graph) {
      if (!matches(file, from)) continue;
      for (const imported of imports) if (matches(imported, to)) found.push(`${name}: ${file} → ${imported}`);
    }
  }
  return found;
}

function matches(path: string, { path: wanted, pathNot: unwanted }: Rule['from']): boolean {
  return (wanted === undefined || wanted.test(path)) && (unwanted === undefined || !unwanted.test(path));
}

/** Prints what is forbidden. Answers the exit code. */
export function checkBoundaries(root: string): number {
  const graph = readImportGraph(root, FOLDERS);
  const found = violations(graph, readRules(root));
  for (const line of found) process.stdout.write(`${line}\n`);
  const imports = [...graph.values()].reduce((total, list) => total + list.length, 0);
  process.stdout.write(`${graph.size} files, ${imports} imports, ${found.length} forbidden\n`);
  return found.length === 0 ? 0 : 1;
}
