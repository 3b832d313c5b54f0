/**
 * Finds the mutants of a source file, and writes the file once with all that were chosen in it: which one is in force is
 * read from `globalThis.__mutants` while it runs. Nothing is written to the working tree.
 */
import { parseSync } from 'vite';
import { ASSIGNMENTS, DROPPED_METHODS, METHODS, OPERATORS, otherNumber, WORDS } from './swaps.ts';

export type Mutant = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly kind: MutantKind;
  /** The line it stands in, without indentation; with `change` it names the mutant when lines have moved. */
  readonly code: string;
  /** `before → after`, with ` #n` when the same change of the same code stands in the file more than once. */
  readonly change: string;
};

export type MutantKind =
  | 'comparison'
  | 'arithmetic'
  | 'logic'
  | 'negation'
  | 'constant'
  | 'return'
  | 'removed call';

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

/** A place of the source that can be put otherwise. */
type Spot = {
  readonly start: number;
  readonly end: number;
  readonly kind: MutantKind;
  readonly before: string;
  readonly after: string;
  /** What stands there instead; undefined for a statement that is left out. */
  readonly text: string | undefined;
};

/** Mutants of one place, each with its id. */
type Group = readonly [
  { readonly spot: Spot; readonly id: number },
  ...{ readonly spot: Spot; readonly id: number }[],
];

/** An edit of the source around what stands inside of it. */
type Edit = { readonly start: number; readonly end: number; readonly make: (inner: string) => string };

const LOOPS = new Set([
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
]);
const COMPARISONS = new Set(['<', '<=', '>', '>=', '===', '!==']);
const LOGIC = new Set(['&&', '||', '??']);
/** Nodes of types that hold an expression; all others are left out whole. */
const TYPED_EXPRESSIONS = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSInstantiationExpression',
]);

/** Every mutant of a file, in the order of its source. */
export function mutantsOf(file: string, source: string): Mutant[] {
  return named(file, source, spotsOf(file, source));
}

/**
 * The source with the chosen mutants in it. @param chosen by index into `mutantsOf`. @param firstId the id that the
 * file's first mutant has in the run.
 */
export function withMutants(
  file: string,
  source: string,
  chosen: readonly number[],
  firstId: number,
): string {
  const wanted = new Set(chosen);
  const groups = new Map<string, Group>();
  spotsOf(file, source).forEach((spot, index) => {
    if (!wanted.has(index)) return;
    const key = `${spot.start}:${spot.end}:${spot.text === undefined}`;
    const one = { spot, id: firstId + index };
    groups.set(key, [one, ...(groups.get(key) ?? [])]);
  });
  const edits = [...groups.values()].map((group) => editOf(group));
  // The turn is counted around a body that a mutant leaves out.
  return assemble(source, [...ticksOf(program(file, source)), ...edits]);
}

/** The source with its loops counted and nothing mutated: what a mutant elsewhere makes endless is ended here. */
export function withTicks(file: string, source: string): string {
  return assemble(source, ticksOf(program(file, source)));
}

function program(file: string, source: string): Node {
  const { program: root, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message ?? 'cannot be parsed'}`);
  return root as unknown as Node;
}

function named(file: string, source: string, spots: readonly Spot[]): Mutant[] {
  const seen = new Map<string, number>();
  let line = 1;
  let at = 0;
  // In the order of the source: each line break is counted once.
  return spots.map(({ start, kind, before, after }) => {
    for (let next = source.indexOf('\n', at); next >= 0 && next < start; next = source.indexOf('\n', at)) {
      line++;
      at = next + 1;
    }
    const from = source.lastIndexOf('\n', start - 1) + 1;
    const to = source.indexOf('\n', start);
    const code = source.slice(from, to < 0 ? source.length : to).trim();
    const key = `${code}\n${before} → ${after}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return { file, line, kind, code, change: `${before} → ${after}${count > 1 ? ` #${count}` : ''}` };
  });
}

function editOf(group: Group): Edit {
  const { start, end, text } = group[0].spot;
  const ids = group.map(({ id }) => id);
  const seen = `__mutants.recording&&__mutants.see(${ids.join()})`;
  if (text === undefined) {
    const on = ids.map((id) => `__mutants.active!==${id}`).join('&&');
    return { start, end, make: (inner) => `{if(${on}){${seen};${inner}}}` };
  }
  const choices = group.map(({ spot, id }) => `__mutants.active===${id}?(${spot.text ?? ''}):`).join('');
  return { start, end, make: (inner) => `(${choices}(${seen},${inner}))` };
}

function ticksOf(root: Node): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: Node): void => {
    if (LOOPS.has(node.type)) {
      const body = node['body'] as Node;
      if (body.type === 'BlockStatement') {
        edits.push({ start: body.start + 1, end: body.start + 1, make: () => '__mutants.tick();' });
      } else {
        edits.push({ start: body.start, end: body.end, make: (inner) => `{__mutants.tick();${inner}}` });
      }
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return edits;
}

/** Applies edits that lie apart or one inside of the other. The runtime is named on the first line: no line moves. */
function assemble(source: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  let next = 0;
  const render = (start: number, end: number): string => {
    let text = '';
    let at = start;
    for (let edit = sorted[next]; edit !== undefined && edit.start < end; edit = sorted[next]) {
      next++;
      text +=
        source.slice(at, edit.start) + edit.make(edit.end > edit.start ? render(edit.start, edit.end) : '');
      at = edit.end;
    }
    return text + source.slice(at, end);
  };
  return `const __mutants = globalThis.__mutants;${render(0, source.length)}`;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** What of a node runs: types, names of members and the texts of messages are left out. */
function childrenOf(node: Node): Node[] {
  if (node.type.startsWith('TS')) {
    return TYPED_EXPRESSIONS.has(node.type) ? [node['expression'] as Node] : [];
  }
  return Object.entries(node).flatMap(([key, value]) => {
    const isName = key === 'key' || key === 'property' || key === 'source';
    if (isName && node['computed'] !== true) return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function spotsOf(file: string, source: string): Spot[] {
  const spots: Spot[] = [];
  const visit = (node: Node, parent: Node | undefined, chain: Node | undefined): void => {
    if (isMessage(node)) return;
    spots.push(...spotsAt(node, parent, chain, source));
    for (const child of childrenOf(node)) {
      const isSpine = child === node['object'] || child === node['callee'] || child === node['expression'];
      const inner = node.type === 'ChainExpression' ? node : isSpine ? chain : undefined;
      visit(child, node, inner);
    }
  };
  visit(program(file, source), undefined, undefined);
  return spots.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** Texts for people: of errors and assertions, and what is put together of parts. */
function isMessage(node: Node): boolean {
  if (node.type === 'TemplateLiteral' || node.type === 'ThrowStatement') return true;
  const callee = nameOf(node['callee']);
  if (node.type === 'NewExpression') return callee.endsWith('Error');
  return node.type === 'CallExpression' && callee === 'assert';
}

function nameOf(node: unknown): string {
  return isNode(node) && typeof node['name'] === 'string' ? node['name'] : '';
}

function spotsAt(node: Node, parent: Node | undefined, chain: Node | undefined, source: string): Spot[] {
  const cut = (from: number, to: number): string => source.slice(from, to);
  /** The node with one token in it exchanged. */
  const exchange = (kind: MutantKind, whole: Node, at: number, before: string, after: string): Spot => {
    const text = cut(whole.start, at) + after + cut(at + before.length, whole.end);
    return { start: whole.start, end: whole.end, kind, before, after, text };
  };
  const textOf = (of: unknown): string => (isNode(of) ? cut(of.start, of.end) : '');

  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const operator = String(node['operator']);
      const [left, right] = [node['left'] as Node, node['right'] as Node];
      if (operator === '+' && (isText(left) || isText(right))) return [];
      const at = source.indexOf(operator, left.end);
      const kind = COMPARISONS.has(operator) ? 'comparison' : LOGIC.has(operator) ? 'logic' : 'arithmetic';
      const exchanged = (OPERATORS[operator] ?? []).map((after) => exchange(kind, node, at, operator, after));
      // `a ?? b && c` is no program: what stands before the operator stays one value.
      if (operator !== '??' || left.type !== 'LogicalExpression') return exchanged;
      const before = cut(left.start, left.end);
      return exchanged.map((spot) => ({
        ...spot,
        text: `(${before})${spot.text?.slice(before.length) ?? ''}`,
      }));
    }
    case 'AssignmentExpression': {
      const operator = String(node['operator']);
      const after = ASSIGNMENTS[operator];
      if (after === undefined) return [];
      const at = source.indexOf(operator, (node['left'] as Node).end);
      return [exchange('arithmetic', node, at, operator, after)];
    }
    case 'UpdateExpression': {
      const operator = String(node['operator']);
      const at = source.indexOf(
        operator,
        node['prefix'] === true ? node.start : (node['argument'] as Node).end,
      );
      return [exchange('arithmetic', node, at, operator, operator === '++' ? '--' : '++')];
    }
    case 'UnaryExpression': {
      const operator = String(node['operator']);
      if (operator !== '!' && operator !== '-') return [];
      const kind = operator === '!' ? 'negation' : 'arithmetic';
      return [exchange(kind, node, node.start, operator, '')].map((spot) => ({ ...spot, after: 'nothing' }));
    }
    case 'IfStatement':
    case 'WhileStatement':
    case 'ConditionalExpression': {
      // A comparison, a negation and a conjunction have exchanges of their own that say the same.
      const test = node['test'] as Node;
      if (['BinaryExpression', 'LogicalExpression', 'UnaryExpression'].includes(bare(test).type)) return [];
      const before = textOf(test);
      return [
        {
          start: test.start,
          end: test.end,
          kind: 'negation',
          before,
          after: `!${before}`,
          text: `!(${before})`,
        },
      ];
    }
    case 'Literal':
      return isIndexDefault(node, parent) ? [] : literal(node, parent, source);
    case 'CallExpression':
      return callSpots(node, chain ?? node, exchange, cut);
    case 'ReturnStatement': {
      const value = node['argument'];
      if (!isNode(value)) {
        return [
          {
            start: node.start,
            end: node.end,
            kind: 'return',
            before: 'return',
            after: 'nothing',
            text: undefined,
          },
        ];
      }
      const before = textOf(value);
      if (before === 'undefined' || typeof value['value'] === 'boolean') return [];
      return [
        {
          start: value.start,
          end: value.end,
          kind: 'return',
          before: short(before),
          after: 'undefined',
          text: 'undefined',
        },
      ];
    }
    case 'ExpressionStatement': {
      const expression = node['expression'] as Node;
      const call = expression.type === 'ChainExpression' ? (expression['expression'] as Node) : expression;
      const callee = call['callee'];
      if (call.type !== 'CallExpression' || (isNode(callee) && callee.type === 'Super')) return [];
      if (nameOf(callee) === 'assert') return [];
      const before = short(textOf(expression));
      return [
        { start: node.start, end: node.end, kind: 'removed call', before, after: 'nothing', text: undefined },
      ];
    }
    default:
      return [];
  }
}

function callSpots(
  node: Node,
  whole: Node,
  exchange: (kind: MutantKind, whole: Node, at: number, before: string, after: string) => Spot,
  cut: (from: number, to: number) => string,
): Spot[] {
  const callee = node['callee'] as Node;
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return [];
  const property = callee['property'] as Node;
  const method = nameOf(property);
  const swaps = Object.hasOwn(METHODS, method) ? (METHODS[method] ?? []) : [];
  const kind = /^[lg]te?$/.test(method) ? 'comparison' : 'arithmetic';
  const found = swaps.map((after) => exchange(kind, whole, property.start, method, after));
  if (!DROPPED_METHODS.has(method)) return found;
  const object = callee['object'] as Node;
  const text = cut(whole.start, object.end) + cut(node.end, whole.end);
  const { start, end } = whole;
  return [...found, { start, end, kind: 'removed call', before: `${method}()`, after: 'nothing', text }];
}

function literal(node: Node, parent: Node | undefined, source: string): Spot[] {
  const value: unknown = node['value'];
  const spot = (text: string): Spot[] => {
    const before = source.slice(node.start, node.end);
    return [{ start: node.start, end: node.end, kind: 'constant', before, after: text, text }];
  };
  if (typeof value === 'number') return spot(String(otherNumber(value)));
  if (typeof value === 'boolean') return spot(String(!value));
  if (typeof value !== 'string' || parent === undefined) return [];
  if (parent.type === 'SwitchCase' || parent.type === 'ExpressionStatement') return [];
  if (Object.hasOwn(WORDS, value)) return spot(`'${WORDS[value] ?? ''}'`);
  // An exact number, as decimals are written.
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return spot(`'${otherNumber(Number(value))}'`);
  // A word of a protocol between two parts of the program, and no text for people.
  const isWord = /^[a-z][A-Za-z-]*$/.test(value) && parent.type !== 'BinaryExpression';
  return isWord && parent.type !== 'CallExpression' ? spot(`'other'`) : [];
}

/** `list[i] ?? 0`: what the type checker asks for where the index is always within the list. */
function isIndexDefault(node: Node, parent: Node | undefined): boolean {
  if (parent?.type !== 'LogicalExpression' || parent['operator'] !== '??') return false;
  return parent['right'] === node && isIndexed(parent['left'] as Node);
}

/** `list[i]`, `list.at(-1)`, and what is read of them by `?.`. */
function isIndexed(node: Node): boolean {
  const inner = bare(node);
  if (inner.type === 'ChainExpression') return isIndexed(inner['expression'] as Node);
  const callee = inner['callee'];
  if (isNode(callee)) return nameOf(callee['property']) === 'at';
  if (inner.type !== 'MemberExpression') return false;
  return inner['computed'] === true || (inner['optional'] === true && isIndexed(inner['object'] as Node));
}

/** Without the parentheses around it. */
function bare(node: Node): Node {
  return node.type === 'ParenthesizedExpression' ? bare(node['expression'] as Node) : node;
}

function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node['value'] === 'string');
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
