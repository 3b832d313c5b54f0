/** Settings that an engine writes while they are held against what was noted of them. */
import { expect, it } from 'vitest';
import { checkSettings, settingHash } from './settings-check.ts';

/** Each reading: what was noted before, the row, what was noted after; the last one stays. */
async function findings(...readings: readonly (readonly [readonly string[], string, readonly string[]])[]) {
  const notes = readings.flatMap(([before, , after]) => [before, after]);
  const rows = readings.map(([, json]) => json);
  let noted: readonly string[] = [];
  const heads = {
    reread: () => void (noted = notes.shift() ?? noted),
    get settings() {
      return new Map([['kept', { setting: 'kept', hashes: noted.map(settingHash) }]]);
    },
  };
  const found = await checkSettings(
    heads,
    () => Promise.resolve([{ key: 'kept', json: rows.length > 1 ? (rows.shift() ?? '') : (rows[0] ?? '') }]),
    'paper',
  );
  return found.map(({ detail }) => detail);
}

it.each([
  ['before it is noted', [[['1'], '1', ['1', '2']]]],
  ['between its two notes', [[['1', '2'], '2', ['2']]]],
  ['after what was noted was read', [[['1'], '2', ['2']]]],
  [
    'and once more, and was read in between',
    [
      [['1'], '2', ['3']],
      [['3'], '3', ['3']],
    ],
  ],
] as const)('a setting that is written %s is no finding', async (_, readings) => {
  expect(await findings(...readings)).toEqual([]);
});

it('a row that no note allows is found, although another write was noted meanwhile', async () => {
  const altered = ['the setting "kept" was altered, and not by an engine on this data folder'];
  expect(await findings([['1'], 'x', ['1']])).toEqual(altered);
  expect(await findings([['1'], 'x', ['2']], [['2'], 'x', ['2']])).toEqual(altered);
});
