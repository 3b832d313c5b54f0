/** The parameters of a strategy as rows: for lists, forms, and help. */
import type { StrategyManifest } from './strategy-port.ts';

export type ParameterRow = {
  readonly name: string;
  readonly usual: unknown;
  /** What it may be, in words; empty where nothing bounds it. */
  readonly range: string;
};

export function parameterRows({ parameters }: Pick<StrategyManifest, 'parameters'>): readonly ParameterRow[] {
  const usual = parameters.parse({});
  return Object.entries(parameters.shape).map(([name, schema]) => {
    const inner = (schema as { def?: { innerType?: unknown } }).def?.innerType ?? schema;
    const { minValue, maxValue, options } = inner as {
      minValue?: unknown;
      maxValue?: unknown;
      options?: unknown;
    };
    const range = Array.isArray(options)
      ? options.join(', ')
      : typeof minValue === 'number' && typeof maxValue === 'number'
        ? `from ${minValue} to ${maxValue}`
        : typeof usual[name] === 'boolean'
          ? 'true, false'
          : '';
    return { name, usual: usual[name], range };
  });
}
