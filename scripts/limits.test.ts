/** A limit is one row of domain/limit-table.ts: whatever shows, checks or stores it is made from that, and something holds to it. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingNames } from '../src-engine/backtest/sweep/settings.ts';
import { detectionSettings, executionSettings, limits } from '../src-engine/contract/limit-records.ts';
import type { LimitRow } from '../src-engine/domain/limit-row.ts';
import { LIMIT_SETS } from '../src-engine/domain/limit-table.ts';
import { checkDetection, checkExecution, checkLimits } from '../src-engine/domain/limit-rules.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../src-engine/domain/limits.ts';
import { openApiDocument } from '../src-engine/gateway/openapi.ts';
import {
  DETECTION_FIELDS,
  EXECUTION_FIELDS,
  LIMIT_FIELDS,
} from '../src-renderer/features/settings/fields.ts';

const ROWS = Object.entries(LIMIT_SETS).flatMap(([set, rows]) =>
  Object.entries<LimitRow>(rows).map(([field, row]) => [`${set}.${field}`, set, field, row] as const),
);
const SCHEMAS = { limits, detection: detectionSettings, execution: executionSettings };
const OPERATIONS = { limits: 'updateLimits', detection: 'updateDetection', execution: 'updateExecution' };
const FIELDS = [...LIMIT_FIELDS, ...DETECTION_FIELDS, ...EXECUTION_FIELDS];
/** What a sweep calls otherwise. */
const SWEPT_AS: Readonly<Record<string, string>> = {
  'limits.maxOrderQty': 'limits.maxOrderQty.ASSET',
  'detection.pegBands': 'detection.pegBands.ASSET',
  'detection.maxLegs': 'legs',
};
/** Chosen at the start of the engine, and by no call. */
const NOT_IN_API = new Set(['detection.maxLegs']);

const page = JSON.parse(JSON.stringify(openApiDocument('1'))) as {
  components: { schemas: Record<string, { properties: Record<string, unknown> }> };
};

const sources = (...patterns: string[]) =>
  globSync(patterns)
    .filter((file) => !/\.test\.tsx?$|\/testing\//.test(file))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Where decisions are made. */
const ACTING = sources('src-engine/{risk,kernel,execution,detection,inventory}/**/*.ts');

test.each(ROWS)('%s is known wherever a limit is, and held to somewhere', (name, set, field, row) => {
  expect(Object.keys(SCHEMAS[set as keyof typeof SCHEMAS].shape)).toContain(field);
  expect(settingNames()).toContain(SWEPT_AS[name] ?? name);
  if (row.kind === 'number' || row.kind === 'whole' || row.kind === 'amount') {
    const { label, unit, help } = FIELDS.find(({ key }) => key === field) ?? {};
    expect([label, unit, help]).toEqual([row.label, row.unit, row.hint]);
  }
  if (!NOT_IN_API.has(name)) {
    const operation = OPERATIONS[set as keyof typeof OPERATIONS];
    const text = JSON.stringify(page.components.schemas[`${operation}Input`]?.properties[field]);
    expect(text).toContain(row.label);
    expect(text).toContain(row.hint);
  }
  const word = new RegExp(`\\b${field}\\b`);
  expect(
    ACTING.some(({ text }) => word.test(text)),
    `nothing holds to ${field}`,
  ).toBe(true);
});

test('every default is within its own range, and the defaults fit together', () => {
  checkLimits(DEFAULT_LIMITS);
  checkDetection(DEFAULT_DETECTION);
  checkExecution(DEFAULT_EXECUTION);
});

test('no other file repeats the list', () => {
  const lists = sources(
    'src-engine/{contract,cli,gateway,assembly}/**/*.ts',
    'src-engine/backtest/**/*.ts',
    'src-engine/domain/limits.ts',
    'src-renderer/**/*.{ts,tsx}',
  ).flatMap(({ file, text }) => {
    const named = ROWS.filter(([, , field]) => new RegExp(`\\b${field}\\b`).test(text));
    return named.length > 4 ? [`${file} names ${named.map(([name]) => name).join(', ')}`] : [];
  });
  expect(lists).toEqual([]);
});
