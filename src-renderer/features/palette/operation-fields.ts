/** The fields of an operation's form, from the contract's own schema; and what was typed, as the contract wants it. */
import { z } from 'zod';
import { type OperationName, operations } from '../../../src-engine/contract/operations.ts';
import { plainFigure } from '../../lib/decimal-text.ts';
import { typedFigure } from '../../lib/typed-figure.ts';

export type Field = {
  readonly name: string;
  readonly kind: 'text' | 'decimal' | 'number' | 'boolean' | 'choice' | 'json';
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  /** What is taken when it is left empty; empty: nothing is. */
  readonly preset: string;
};

type JsonSchema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
};

export function operationFields(op: OperationName): Field[] {
  const schema = z.toJSONSchema(operations[op].input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const choices = property.enum ?? (property.const === undefined ? [] : [property.const]);
    return {
      name,
      kind: kindOf(property, choices.length > 0),
      choices: choices.map(String),
      isRequired: required.has(name),
      preset: property.default === undefined ? '' : textOf(property.default),
    };
  });
}

function kindOf({ type, pattern }: JsonSchema, isChoice: boolean): Field['kind'] {
  if (isChoice) return 'choice';
  if (type === 'string') return pattern !== undefined && isOfFigures(pattern) ? 'decimal' : 'text';
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'boolean' : 'json';
}

/** Amounts travel as text: their pattern takes figures and nothing else. */
function isOfFigures(pattern: string): boolean {
  const form = new RegExp(pattern);
  return (
    ['7', '12.5'].every((text) => form.test(text)) && !['a', '1.2.3', ''].some((text) => form.test(text))
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export type Typed = Readonly<Record<string, string>>;

/** The input as the operation takes it, or the first thing that does not fit: its field and why. */
export function readTyped(
  op: OperationName,
  fields: readonly Field[],
  typed: Typed,
): { readonly input: unknown } | { readonly field: string; readonly problem: string } {
  const input: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const text = (typed[name] ?? '').trim();
    if (text === '') continue;
    if (kind === 'text' || kind === 'choice') input[name] = text;
    else if (kind === 'decimal') input[name] = plainFigure(text);
    else if (kind === 'boolean') input[name] = text === 'true';
    else if (kind === 'number') input[name] = typedFigure(text);
    else if (plainFigure(text) !== text) {
      // A JSON number has a point and no thousands: what the window reads as another figure is not guessed at.
      const others = /^-?\d+\.\d+$/.test(text) ? ` or ${text}0` : '';
      return { field: name, problem: `is JSON: write ${plainFigure(text)}${others} in place of ${text}` };
    } else {
      try {
        input[name] = JSON.parse(text);
      } catch {
        return { field: name, problem: 'is not JSON; write for example {"USD": "25000"}' };
      }
    }
  }
  const parsed = operations[op].input.safeParse(input);
  if (parsed.success) return { input };
  const issue = parsed.error.issues[0];
  return { field: issue?.path.map(String).join('.') ?? '', problem: issue?.message ?? 'does not fit' };
}
