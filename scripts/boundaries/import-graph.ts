/** Which file imports which, from the source text: imports and re-exports, of values and of types. */
import { globSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { parseSync } from 'vite';

/** Paths relative to the root with forward slashes; a package is `node_modules/<name>/`. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

export function readImportGraph(root: string, folders: readonly string[]): ImportGraph {
  const graph = new Map<string, string[]>();
  for (const folder of folders) {
    for (const file of globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })) {
      const path = file.split(sep).join('/');
      graph.set(
        path,
        importsOf(path, readFileSync(join(root, file), 'utf8')).map((name) => resolve(path, name)),
      );
    }
  }
  return graph;
}

/** The module names that a source text mentions. @throws Error when it cannot be parsed. */
export function importsOf(path: string, text: string): string[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? 'cannot be parsed'}`);
  const names = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((entry) =>
      entry.entries.flatMap((item) => (item.moduleRequest === null ? [] : [item.moduleRequest.value])),
    ),
    ...module.dynamicImports.flatMap((entry) => {
      const literal = /^['"`]([^'"`$]+)['"`]$/.exec(
        text.slice(entry.moduleRequest.start, entry.moduleRequest.end),
      );
      return literal?.[1] === undefined ? [] : [literal[1]];
    }),
  ];
  return [...new Set(names)];
}

/** Every import here names its file in full, so no searching is needed; that it exists is the type checker's business. */
function resolve(from: string, name: string): string {
  if (!name.startsWith('.')) return `node_modules/${name}/`;
  return posix.join(posix.dirname(from), name);
}

/** Groups of files that import each other in a circle, each sorted by name (Tarjan, 1972). */
export function findCycles(graph: ImportGraph): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];

  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    let lowest = index;
    stack.push(file);
    onStack.add(file);
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) lowest = Math.min(lowest, visit(next));
      else if (onStack.has(next)) lowest = Math.min(lowest, order.get(next) ?? index);
    }
    low.set(file, lowest);
    if (lowest === index) {
      const group = stack.splice(stack.indexOf(file));
      for (const member of group) onStack.delete(member);
      if (group.length > 1 || (graph.get(file) ?? []).includes(file)) cycles.push(group.sort());
    }
    return lowest;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles;
}
